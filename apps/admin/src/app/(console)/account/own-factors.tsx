"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Smartphone } from "lucide-react";
import { useState } from "react";
import { addPasskey } from "../../../auth/add-factor.ts";
import { EnrolTotp } from "../../../components/factors/enrol-totp.tsx";
import { ShowRecoveryCodes } from "../../../components/factors/show-recovery-codes.tsx";
import { LoadError } from "../../../components/states.tsx";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Card } from "../../../components/ui/card.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Skeleton } from "../../../components/ui/skeleton.tsx";
import { showDone } from "../../../components/ui/toasts.tsx";
import { apiErrorOf } from "../../../trpc/api-error.ts";
import { useTRPC, useTRPCClient } from "../../../trpc/api-provider.tsx";

/** What the operator signs in with, beside the password. */
export function OwnFactors() {
  const trpc = useTRPC();
  const api = useTRPCClient();
  const cache = useQueryClient();
  const factors = useQuery(trpc.factor.get.queryOptions());
  const [says, setSays] = useState<string>();
  const [codes, setCodes] = useState<string[]>();
  const [isAddingTotp, setAddingTotp] = useState(false);
  const look = () => cache.invalidateQueries({ queryKey: trpc.factor.get.queryKey() });
  const change = {
    onSuccess: look,
    onError: (error: unknown) => setSays(apiErrorOf(error).message),
  };
  const removePasskey = useMutation(trpc.factor.removePasskey.mutationOptions(change));
  const removeTotp = useMutation(trpc.factor.removeTotp.mutationOptions(change));
  const renewCodes = useMutation(
    trpc.factor.renewRecoveryCodes.mutationOptions({
      ...change,
      onSuccess: ({ recoveryCodes }) => {
        setCodes(recoveryCodes);
        return look();
      },
    }),
  );
  const added = (recoveryCodes: string[] | null) => {
    setAddingTotp(false);
    setCodes(recoveryCodes ?? undefined);
    showDone("Added");
    return look();
  };
  const add = async () => {
    setSays(undefined);
    try {
      await added(await addPasskey(api, `Passkey of ${new Date().toISOString().slice(0, 10)}`));
    } catch (error) {
      setSays(
        (error as Error).name === "NotAllowedError"
          ? "No passkey was made."
          : (error as Error).message,
      );
    }
  };
  if (factors.error !== null) {
    return <LoadError error={factors.error} onRetry={() => void factors.refetch()} />;
  }
  const { passkeys = [], totp = false, recoveryCodesLeft = 0 } = factors.data ?? {};
  return (
    <Card
      title="Second factors"
      actions={
        <Button size="sm" onClick={() => void add()}>
          Add a passkey
        </Button>
      }
    >
      {factors.isPending && <Skeleton className="h-16" />}
      <div role="alert" className="mb-2 text-sm text-bad empty:hidden">
        {says}
      </div>
      <ul className="flex flex-col gap-3">
        {passkeys.map((passkey) => (
          <li key={passkey.id} className="flex items-start gap-3">
            <KeyRound className="mt-0.5 size-4 shrink-0 text-ink-faint" aria-hidden />
            <div className="min-w-0 flex-1">
              <div className="truncate">{passkey.label}</div>
              <div className="text-xs text-ink-soft">
                added <Time at={passkey.createdAt} />
                {passkey.lastUsedAt !== null && (
                  <>
                    , last used <Time at={passkey.lastUsedAt} />
                  </>
                )}
              </div>
            </div>
            <Button
              size="sm"
              aria-label={`Remove ${passkey.label}`}
              onClick={() => removePasskey.mutate({ passkeyId: passkey.id })}
            >
              Remove
            </Button>
          </li>
        ))}
        <li className="flex items-center gap-3">
          <Smartphone className="size-4 shrink-0 text-ink-faint" aria-hidden />
          <span className="flex-1">Authenticator app{totp ? "" : ": not set up"}</span>
          {totp ? (
            <Button size="sm" onClick={() => removeTotp.mutate(undefined)}>
              Remove
            </Button>
          ) : (
            <Button size="sm" onClick={() => setAddingTotp(true)}>
              Set up
            </Button>
          )}
        </li>
        <li className="flex items-center gap-3">
          <span className="flex-1">Recovery codes left: {recoveryCodesLeft}</span>
          <Button size="sm" onClick={() => renewCodes.mutate(undefined)}>
            Make new ones
          </Button>
        </li>
      </ul>
      <Dialog open={isAddingTotp} onOpenChange={setAddingTotp} title="Authenticator app">
        <EnrolTotp onAdded={(recoveryCodes) => void added(recoveryCodes)} />
      </Dialog>
      <Dialog
        open={codes !== undefined}
        onOpenChange={() => setCodes(undefined)}
        title="Recovery codes"
      >
        {codes !== undefined && (
          <ShowRecoveryCodes codes={codes} onKept={() => setCodes(undefined)} />
        )}
      </Dialog>
    </Card>
  );
}
