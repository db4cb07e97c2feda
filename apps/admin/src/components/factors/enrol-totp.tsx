"use client";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { encode } from "uqr";
import { addTotp, type RecoveryCodes } from "../../auth/add-factor.ts";
import { formText } from "../../form-text.ts";
import { useTRPCClient } from "../../trpc/api-provider.tsx";
import { Copyable } from "../copyable.tsx";
import { LoadError } from "../states.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

/** Shows the secret once, as a picture and as text, and asks for a first code. */
export function EnrolTotp({ onAdded }: { onAdded: (codes: RecoveryCodes) => void }) {
  const api = useTRPCClient();
  const begun = useQuery({
    queryKey: ["factor.beginTotp"],
    queryFn: () => api.factor.beginTotp.mutate(),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setError(undefined);
    const code = formText(event.currentTarget, "code").trim();
    try {
      onAdded(await addTotp(code));
    } catch (thrown) {
      setError((thrown as Error).message);
    }
  };
  if (begun.error !== null) {
    return <LoadError error={begun.error} onRetry={() => void begun.refetch()} />;
  }
  if (begun.data === undefined) return <Skeleton className="h-48" />;
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <p className="text-sm text-ink-soft">Scan this with your authenticator app:</p>
      <QrCode text={begun.data.otpauthUri} />
      <p className="text-xs text-ink-soft">Or type the secret:</p>
      <Copyable text={begun.data.secret} label="Copy secret" />
      <Field label="Code that it shows" error={error}>
        {(control) => (
          <Input
            {...control}
            name="code"
            required
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="\d{6}"
            className="font-mono"
          />
        )}
      </Field>
      <Button type="submit" look="primary">
        Turn it on
      </Button>
    </form>
  );
}

function QrCode({ text }: { text: string }) {
  const { data, size } = useMemo(() => encode(text, { border: 2 }), [text]);
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])))
    .join("");
  return (
    <svg
      role="img"
      aria-label="QR code of the secret"
      viewBox={`0 0 ${size} ${size}`}
      className="mx-auto size-44 rounded bg-white"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}
