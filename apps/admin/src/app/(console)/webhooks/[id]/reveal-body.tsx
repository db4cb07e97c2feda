"use client";
import { useEffect, useState } from "react";
import { useMay } from "../../../../auth/session-provider.tsx";
import { ActionDialog } from "../../../../components/act/action-dialog.tsx";
import { Button } from "../../../../components/ui/button.tsx";
import { Dialog } from "../../../../components/ui/dialog.tsx";
import { Tabs } from "../../../../components/ui/tabs.tsx";
import { useTRPCClient } from "../../../../trpc/api-provider.tsx";
import type { RouterOutputs } from "../../../../trpc/operator-router.ts";
import { toHexLines } from "./to-hex-lines.ts";

type Body = RouterOutputs["webhook"]["reveal"];

/** Shows the body for a reason, for a minute. */
export function RevealBody({ id }: { id: string }) {
  const may = useMay("webhooks.reveal");
  const api = useTRPCClient();
  const [isAsking, setAsking] = useState(false);
  const [body, setBody] = useState<Body>();
  if (!may) return null;
  return (
    <>
      <Button onClick={() => setAsking(true)}>Show the body</Button>
      <ActionDialog
        open={isAsking}
        onOpenChange={setAsking}
        intent={`reveal ${id}`}
        title="Show the body of this webhook"
        reason="required"
        confirmLabel="Show for a minute"
        act={{
          input: ({ reason }) => ({ providerEventId: id, reason }),
          send: async (input) => setBody(await api.webhook.reveal.mutate(input)),
        }}
        done="On record"
        onDone={() => undefined}
      >
        <p className="text-sm">
          It holds personal data of the payer or payee. That you looked, and why, is kept. Execution
          URLs, tokens and card numbers stay hidden.
        </p>
      </ActionDialog>
      {body !== undefined && <BodyDialog body={body} onClose={() => setBody(undefined)} />}
    </>
  );
}

function BodyDialog({ body, onClose }: { body: Body; onClose: () => void }) {
  const [left, setLeft] = useState(body.hideAfterSeconds);
  useEffect(() => {
    const timer = setInterval(() => setLeft((before) => before - 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left <= 0) onClose();
  }, [left, onClose]);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Body"
      description={`${body.bytes.toLocaleString("en-ZA")} bytes${body.isUtf8 ? "" : ", not all of them text"}. Hidden again in ${left} s.`}
      wide
    >
      <Tabs
        tabs={[
          { value: "text", label: "Text", content: <Lines text={pretty(body.text)} /> },
          { value: "raw", label: "As it came", content: <Lines text={body.text} /> },
          { value: "hex", label: "Hex", content: <Lines text={toHexLines(body.text)} /> },
        ]}
      />
    </Dialog>
  );
}

function Lines({ text }: { text: string }) {
  return (
    <pre
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-[50dvh] overflow-auto rounded-md bg-sunken p-3 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
    >
      {text}
    </pre>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
