import type { ReactNode } from "react";
import { Mark } from "../../components/shell/sidebar.tsx";

export default function SignInLayout({ children }: { children: ReactNode }) {
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center justify-center gap-2 font-semibold">
          <Mark /> Revio Wallet
        </div>
        <div className="rounded-xl border bg-panel p-6 shadow-sm">{children}</div>
      </div>
    </main>
  );
}
