import { LogOut, Moon, Search, SquarePen, Sun, SunMoon } from 'lucide-react';
import { Link, NavLink } from 'react-router';
import { useClient } from '../client.ts';
import { IconButton } from '../components/button.tsx';
import { useFailureNotice } from '../components/notice.tsx';
import { ConversationList } from '../conversations/conversation-list.tsx';
import { isSignedOut, useSession } from '../session/session-gate.tsx';
import { texts } from '../texts/index.ts';
import { useTheme } from '../theme/theme.ts';
import { PAGES } from './pages.ts';

const ROW =
  'flex min-h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm transition-colors hover:bg-line/60';

export function Sidebar({ onPalette }: { readonly onPalette: () => void }) {
  return (
    <div className="flex h-full flex-col">
      <div className="flex items-center gap-2 px-3 pt-3 pb-2">
        <img src="/icon.svg" alt="" className="size-7" />
        <span className="grow text-[15px] font-semibold">{texts.name}</span>
        <IconButton label={`${texts.nav.palette} (Ctrl K)`} onClick={onPalette}>
          <Search size={17} />
        </IconButton>
      </div>
      <nav aria-label={texts.nav.label} className="flex flex-col gap-0.5 px-2">
        <Link to="/chat" className={`${ROW} font-medium`}>
          <SquarePen size={16} aria-hidden /> {texts.nav.newChat}
        </Link>
        {PAGES.map(({ path, name, Icon }) => (
          <NavLink
            key={path}
            to={path}
            className={({ isActive }) =>
              `${ROW} ${isActive ? 'bg-line/80 font-medium' : 'text-soft'}`
            }
          >
            <Icon size={16} aria-hidden /> {name}
          </NavLink>
        ))}
      </nav>
      <div className="mt-3 min-h-0 grow overflow-y-auto px-2 pb-2">
        <ConversationList />
      </div>
      <Foot />
    </div>
  );
}

const THEME_ICONS = { system: SunMoon, light: Sun, dark: Moon } as const;

function Foot() {
  const [theme, chooseNext] = useTheme();
  const { name } = useSession();
  const client = useClient();
  const onError = useFailureNotice();
  const Icon = THEME_ICONS[theme];
  const signOut = async (): Promise<void> => {
    try {
      await client.signOut();
    } catch (err) {
      // A session that has ended already cannot be ended again.
      if (!isSignedOut(err)) return onError(err);
    }
    // Nothing of this user may stay in the memory of the page.
    globalThis.location.assign('/chat');
  };
  return (
    <div className="flex items-center gap-1 border-t border-line px-3 py-2">
      <span className="grow truncate text-sm text-soft" title={texts.session.signedInAs(name)}>
        {name}
      </span>
      <IconButton label={texts.nav.theme[theme]} onClick={chooseNext}>
        <Icon size={17} />
      </IconButton>
      <IconButton label={texts.session.signOut} onClick={() => void signOut()}>
        <LogOut size={17} />
      </IconButton>
    </div>
  );
}
