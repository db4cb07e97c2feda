"use client";
import { createContext, type ReactNode, useContext } from "react";
import type { OperatorSession, Permission } from "./require-session.ts";

const Context = createContext<OperatorSession | undefined>(undefined);

export function SessionProvider({
  session,
  children,
}: {
  session: OperatorSession;
  children: ReactNode;
}) {
  return <Context value={session}>{children}</Context>;
}

/** Who is signed in. */
export function useSession(): OperatorSession {
  const session = useContext(Context);
  if (session === undefined) throw new Error("useSession belongs under SessionProvider");
  return session;
}

/** Whether to show what needs a permission. The API decides; this only keeps dead ends off the page. */
export function useMay(permission: Permission): boolean {
  return useSession().permissions.includes(permission);
}
