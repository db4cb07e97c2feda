"use client";
import { startAuthentication } from "@simplewebauthn/browser";
import { useSession } from "../../auth/session-provider.tsx";
import { useTRPCClient } from "../../trpc/api-provider.tsx";

/** Goes with the call that was confirmed. */
export interface Confirmation {
  context: { stepUpId: string };
}

/**
 * Confirms one call, with the very input that it will have, by a fresh factor: the passkey asks for itself, a code is asked of the form.
 */
export function useStepUp() {
  const api = useTRPCClient();
  const { factor } = useSession();
  const needsCode = factor !== "passkey";
  const confirm = async (
    action: { procedure: string; input: object },
    code: string,
  ): Promise<Confirmation> => {
    const grant = async (fresh: Parameters<typeof api.stepUp.grant.mutate>[0]["factor"]) => {
      const { stepUpId } = await api.stepUp.grant.mutate({
        action: { ...action, input: { ...action.input } },
        factor: fresh,
      });
      return { context: { stepUpId } };
    };
    if (needsCode) return grant({ kind: "totp", code });
    const { challengeId, options } = await api.stepUp.begin.mutate({
      ...action,
      input: { ...action.input },
    });
    const response = await startAuthentication({
      optionsJSON: options,
    });
    return grant({ kind: "passkey", proof: { challengeId, response: response as never } });
  };
  return { needsCode, confirm };
}
