import { CSPProvider } from "@base-ui/react/csp-provider";
import type { Metadata } from "next";
import { cookies, headers } from "next/headers";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { EnvironmentBanner } from "../components/shell/environment-banner.tsx";
import { Toasts } from "../components/ui/toasts.tsx";
import { readEnv } from "../env.ts";
import { readPreferences } from "../preferences/preferences.ts";
import { PreferencesProvider } from "../preferences/preferences-provider.tsx";
import { ApiProvider } from "../trpc/api-provider.tsx";
import "./globals.css";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: { default: "Revio Wallet", template: "%s · Revio Wallet" },
  robots: { index: false, follow: false },
  icons: { icon: "/favicon.svg" },
};

/** Before the first paint, so that nobody who likes the dark sees a flash of white. */
const applySystemTheme =
  'if (matchMedia("(prefers-color-scheme: dark)").matches) document.documentElement.classList.add("dark")';

export default async function RootLayout({ children }: { children: ReactNode }) {
  const kept = await cookies();
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const preferences = readPreferences((name) => kept.get(name)?.value);
  const { theme } = preferences;
  return (
    <html lang="en-ZA" className={theme === "dark" ? "dark" : ""} suppressHydrationWarning>
      <head>
        {theme === "system" && (
          // oxlint-disable-next-line react/no-danger -- a constant of ours
          <script nonce={nonce} dangerouslySetInnerHTML={{ __html: applySystemTheme }} />
        )}
      </head>
      <body>
        <CSPProvider {...(nonce === undefined ? {} : { nonce })}>
          <NuqsAdapter>
            <PreferencesProvider initial={preferences}>
              <ApiProvider>
                <Toasts>
                  <EnvironmentBanner name={readEnv().ENVIRONMENT_NAME} />
                  {children}
                </Toasts>
              </ApiProvider>
            </PreferencesProvider>
          </NuqsAdapter>
        </CSPProvider>
      </body>
    </html>
  );
}
