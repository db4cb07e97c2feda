"use client";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useSession } from "../../../../auth/session-provider.tsx";
import type { Permission } from "../../../../auth/require-session.ts";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import type { Confirmation } from "../../../../components/act/use-step-up.ts";
import { usePaletteActions } from "../../../../components/search/palette-actions.ts";
import { Button } from "../../../../components/ui/button.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

export type User = RouterOutputs["user"]["get"];

interface UserAction {
  label: string;
  needs: Permission;
  look: "primary" | "danger";
  effect: ReactNode;
  done: string;
  confirm?: string;
  send: (
    input: { userId: string; reason: string },
    confirmation: Confirmation | undefined,
  ) => Promise<unknown>;
}

/** What can be done to a user in this state. */
function useActions(user: User): UserAction[] {
  const api = useTRPCClient();
  const actions: UserAction[] = [];
  if (user.status === "active") {
    actions.push({
      label: "Suspend",
      needs: "users.suspend",
      look: "danger",
      effect:
        "The user is signed out everywhere at once and cannot sign in. Money on its way goes on; what is queued waits with its reserve.",
      done: "Suspended",
      send: (input) => api.user.suspend.mutate(input),
    });
  }
  if (user.status === "suspended") {
    actions.push({
      label: "Reactivate",
      needs: "users.suspend",
      look: "primary",
      effect: "The user can sign in again, and withdrawals that waited for that go out.",
      done: "Reactivated",
      send: (input) => api.user.reactivate.mutate(input),
    });
  }
  if (user.outgoingFrozenAt === null) {
    actions.push({
      label: "Freeze outgoing money",
      needs: "users.freeze",
      look: "danger",
      effect: "No money leaves this user's account. Signing in and depositing stay possible.",
      done: "Frozen",
      send: (input) => api.user.freezeOutgoing.mutate(input),
    });
  } else {
    actions.push({
      label: "Unfreeze outgoing money",
      needs: "users.unfreeze",
      look: "primary",
      effect: `Money may leave again, and withdrawals that waited for it go out. It was frozen for: ${user.outgoingFrozenReason ?? "no reason on record"}.`,
      done: "Unfrozen",
      confirm: "user.unfreezeOutgoing",
      send: (input, confirmation) => api.user.unfreezeOutgoing.mutate(input, confirmation),
    });
  }
  return actions;
}

export function UserActions({ user }: { user: User }) {
  const cache = useQueryClient();
  const { permissions } = useSession();
  const [open, setOpen] = useState<string | undefined>();
  const actions = useActions(user).filter(({ needs }) => permissions.includes(needs));
  usePaletteActions(
    actions.map(({ label }) => ({ label: `${label} …`, run: () => setOpen(label) })),
  );
  return actions.map((action) => (
    <span key={action.label}>
      <Button onClick={() => setOpen(action.label)}>{action.label}</Button>
      <ActionDialog
        open={open === action.label}
        onOpenChange={(isOpen) => setOpen(isOpen ? action.label : undefined)}
        intent={`${action.label} ${user.id}`}
        title={`${action.label}: ${user.contact?.fullName ?? user.id}`}
        reason="required"
        confirmLabel={action.label}
        look={action.look}
        act={{
          input: ({ reason }) => ({ userId: user.id, reason }),
          send: action.send,
          ...(action.confirm === undefined ? {} : { confirm: action.confirm }),
        }}
        done={action.done}
        onDone={() => cache.invalidateQueries()}
      >
        <p>{action.effect}</p>
      </ActionDialog>
    </span>
  ));
}
