import { Brain, Briefcase, CalendarClock, MessagesSquare, Smartphone, Webhook } from 'lucide-react';
import { texts } from '../texts/index.ts';

/** The pages besides the chat, as they are listed. */
export const PAGES = [
  { path: '/conversations', name: texts.nav.conversations, Icon: MessagesSquare },
  { path: '/jobs', name: texts.nav.jobs, Icon: Briefcase },
  { path: '/memory', name: texts.nav.memory, Icon: Brain },
  { path: '/schedules', name: texts.nav.schedules, Icon: CalendarClock },
  { path: '/triggers', name: texts.nav.triggers, Icon: Webhook },
  { path: '/channels', name: texts.nav.channels, Icon: Smartphone },
] as const;
