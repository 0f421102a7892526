import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Suspense } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { ChatPage } from './chat/chat-page.tsx';
import { DraftsProvider } from './chat/drafts-provider.tsx';
import { SenderProvider } from './chat/sender-provider.tsx';
import { ClientProvider, createPageClient } from './client.ts';
import { ErrorBoundary } from './components/error-boundary.tsx';
import { lazily } from './components/lazily.ts';
import { NoticeProvider } from './components/notice.tsx';
import { Loading } from './components/states.tsx';
import { Layout } from './layout/layout.tsx';
import { NoSuchPage } from './layout/no-such-page.tsx';
import { LiveProvider } from './live/live-provider.tsx';
import { isPassing } from './live/until-it-passes.ts';
import { SessionGate } from './session/session-gate.tsx';

const ConversationsPage = lazily(
  async () => (await import('./conversations/conversations-page.tsx')).ConversationsPage,
);
const JobsPage = lazily(async () => (await import('./jobs/jobs-page.tsx')).JobsPage);
const MemoryPage = lazily(async () => (await import('./memory/memory-page.tsx')).MemoryPage);

const SchedulesPage = lazily(
  async () => (await import('./schedules/schedules-page.tsx')).SchedulesPage,
);
const TriggersPage = lazily(
  async () => (await import('./triggers/triggers-page.tsx')).TriggersPage,
);
const ChannelsPage = lazily(
  async () => (await import('./channels/channels-page.tsx')).ChannelsPage,
);

const MAX_RETRIES = 4;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The brain tells what has changed; asking again by the clock would only cost.
      staleTime: 30_000,
      retry: (count, err) => count < MAX_RETRIES && isPassing(err),
      refetchOnWindowFocus: false,
    },
  },
});
const client = createPageClient();

export function App() {
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queries}>
        <ClientProvider value={client}>
          <BrowserRouter>
            <SessionGate>
              <LiveProvider>
                <SenderProvider>
                  <DraftsProvider>
                    <NoticeProvider>
                      <Layout>
                        <Suspense fallback={<Loading />}>
                          <Pages />
                        </Suspense>
                      </Layout>
                    </NoticeProvider>
                  </DraftsProvider>
                </SenderProvider>
              </LiveProvider>
            </SessionGate>
          </BrowserRouter>
        </ClientProvider>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}

function Pages() {
  return (
    <Routes>
      <Route path="/" element={<Navigate to="/chat" replace />} />
      <Route path="/sign-in" element={<Navigate to="/chat" replace />} />
      <Route path="/chat/:id?" element={<ChatPage />} />
      <Route path="/conversations/:id?" element={<ConversationsPage />} />
      <Route path="/jobs/:id?" element={<JobsPage />} />
      <Route path="/memory" element={<MemoryPage />} />
      <Route path="/schedules" element={<SchedulesPage />} />
      <Route path="/triggers" element={<TriggersPage />} />
      <Route path="/channels" element={<ChannelsPage />} />
      <Route path="*" element={<NoSuchPage />} />
    </Routes>
  );
}
