import type { ReactNode } from "react";
import { requireSession } from "../../auth/require-session.ts";
import { SessionProvider } from "../../auth/session-provider.tsx";
import { LiveProvider } from "../../components/live/live-provider.tsx";
import { SearchPalette } from "../../components/search/search-palette.tsx";
import { Shortcuts } from "../../components/shell/shortcuts.tsx";
import { Sidebar } from "../../components/shell/sidebar.tsx";
import { Topbar } from "../../components/shell/topbar.tsx";

/** Around every page of who is signed in. The pages ask for the session themselves as well: a layout is not drawn anew each time. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const session = await requireSession();
  return (
    <SessionProvider session={session}>
      <LiveProvider>
        <a
          href="#main"
          className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2"
        >
          To the content
        </a>
        <div className="flex min-h-dvh flex-col lg:flex-row">
          <Sidebar />
          <div className="flex min-w-0 flex-1 flex-col">
            <Topbar>
              <SearchPalette />
            </Topbar>
            <main
              id="main"
              tabIndex={-1}
              className="mx-auto w-full max-w-[100rem] flex-1 p-4 lg:p-6"
            >
              {children}
            </main>
          </div>
        </div>
        <Shortcuts />
      </LiveProvider>
    </SessionProvider>
  );
}
