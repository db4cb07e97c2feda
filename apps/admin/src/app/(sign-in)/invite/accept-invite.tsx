"use client";
import { useQuery } from "@tanstack/react-query";
import { signIn } from "next-auth/react";
import { type FormEvent, useState, useSyncExternalStore } from "react";
import { LoadError } from "../../../components/states.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Field } from "../../../components/ui/field.tsx";
import { Input } from "../../../components/ui/input.tsx";
import { Skeleton } from "../../../components/ui/skeleton.tsx";
import { formText } from "../../../form-text.ts";
import { apiErrorOf } from "../../../trpc/api-error.ts";
import { useTRPC, useTRPCClient } from "../../../trpc/api-provider.tsx";
import { FormAlert } from "../form-alert.tsx";

const unchanging = () => () => undefined;

export function AcceptInvite() {
  const trpc = useTRPC();
  const token = useSyncExternalStore(
    unchanging,
    () => window.location.hash.slice(1),
    () => "",
  );
  const invite = useQuery(
    trpc.invite.get.queryOptions({ token }, { enabled: token !== "", retry: false }),
  );
  if (token === "") return <p>This link is not complete. Open it as it was sent to you.</p>;
  if (invite.error !== null) {
    return <LoadError error={invite.error} onRetry={() => void invite.refetch()} />;
  }
  if (invite.data === undefined) return <Skeleton className="h-40" />;
  return <PasswordForm token={token} invite={invite.data} />;
}

function PasswordForm({
  token,
  invite,
}: {
  token: string;
  invite: { email: string; displayName: string; role: string };
}) {
  const api = useTRPCClient();
  const [says, setSays] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = formText(event.currentTarget, "password");
    setBusy(true);
    setSays(undefined);
    try {
      const { email } = await api.invite.accept.mutate({ token, password });
      const answer = await signIn("password", { email, password, redirect: false });
      window.location.assign(answer?.ok === true ? "/sign-in/factor" : "/sign-in");
    } catch (error) {
      setSays(apiErrorOf(error).message);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <h1 className="text-lg font-semibold">Welcome, {invite.displayName}</h1>
      <p className="text-sm text-ink-soft">
        You are invited as {words(invite.role).toLowerCase()}. Choose a password; a second factor
        comes next.
      </p>
      <input type="hidden" name="username" autoComplete="username" value={invite.email} readOnly />
      <Field label="Password" hint="Long is better than complicated: several words do well.">
        {(control) => (
          <Input
            {...control}
            name="password"
            type="password"
            required
            minLength={8}
            autoComplete="new-password"
          />
        )}
      </Field>
      <FormAlert says={says} />
      <Button type="submit" look="primary" disabled={isBusy}>
        {isBusy ? "Working …" : "Set password"}
      </Button>
    </form>
  );
}
