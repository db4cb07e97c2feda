"use client";
import { Download } from "lucide-react";
import { type FormEvent, useState } from "react";
import superjson from "superjson";
import { Copyable } from "../../../components/copyable.tsx";
import { words } from "../../../components/status-badge.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog, DialogActions } from "../../../components/ui/dialog.tsx";
import { Checkbox } from "../../../components/ui/input.tsx";
import { showDone } from "../../../components/ui/toasts.tsx";
import { zoneId, zoneLabel } from "../../../format/format-time.ts";
import { usePreferences } from "../../../preferences/preferences-provider.tsx";
import type { ApiFilter } from "./search-params.ts";

const columns = [
  "id",
  "reference",
  "kind",
  "status",
  "amount",
  "fee",
  "currency",
  "user_id",
  "bank_account_id",
  "related_transaction_id",
  "failure_code",
  "open_breaks",
  "created_at",
  "updated_at",
  "completed_at",
] as const;

interface Refusal {
  message: string;
  requestId: string | undefined;
}

/** What matches the filters as a file. */
export function ExportDialog({ filter, disabled }: { filter: ApiFilter; disabled: boolean }) {
  const { zone } = usePreferences();
  const [isOpen, setOpen] = useState(false);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [forSpreadsheet, setForSpreadsheet] = useState(true);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const chosen = columns.filter((column) => !hidden.includes(column));

  const take = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setRefusal(undefined);
    try {
      const answer = await fetch("/api/export/transactions", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: superjson.stringify({
          filter,
          columns: chosen,
          zone: zoneId(zone),
          withByteOrderMark: forSpreadsheet,
        }),
      });
      if (!answer.ok) {
        setRefusal(await refusalOf(answer));
        return;
      }
      save(await answer.blob());
      setOpen(false);
      showDone("File taken");
    } catch {
      setRefusal({ message: "The wallet did not answer. Try again.", requestId: undefined });
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button size="sm" look="ghost" disabled={disabled} onClick={() => setOpen(true)}>
        <Download aria-hidden /> Export
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title="Export transactions"
        description={`All that match the filters, newest first, at most 50 000 rows; times in ${zoneLabel(zone)}. That you took it is kept in the audit log.`}
      >
        <form onSubmit={(event) => void take(event)} className="flex flex-col gap-4">
          <fieldset>
            <legend className="mb-1 text-sm font-medium">Columns</legend>
            <div className="grid grid-cols-2 gap-x-4">
              {columns.map((column) => (
                <label key={column} className="flex min-h-7 items-center gap-2 text-sm">
                  <Checkbox
                    checked={!hidden.includes(column)}
                    onChange={() =>
                      setHidden(
                        hidden.includes(column)
                          ? hidden.filter((one) => one !== column)
                          : [...hidden, column],
                      )
                    }
                  />
                  {words(column)}
                </label>
              ))}
            </div>
          </fieldset>
          <label className="flex items-center gap-2 text-sm">
            <Checkbox
              checked={forSpreadsheet}
              onChange={() => setForSpreadsheet(!forSpreadsheet)}
            />
            Mark the encoding, for spreadsheets
          </label>
          {refusal !== undefined && (
            <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
              <p className="font-medium">{refusal.message} Nothing was taken.</p>
              {refusal.requestId !== undefined && (
                <Copyable text={refusal.requestId} label="Copy request id" />
              )}
            </div>
          )}
          <DialogActions>
            <Button look="ghost" onClick={() => setOpen(false)}>
              Cancel
            </Button>
            <Button type="submit" look="primary" disabled={isBusy || chosen.length === 0}>
              {isBusy ? "Working …" : "Take the file"}
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}

async function refusalOf(answer: Response): Promise<Refusal> {
  const requestId = answer.headers.get("x-request-id") ?? undefined;
  try {
    const body = (await answer.json()) as { error: { json: { message: string } } };
    return { message: body.error.json.message, requestId };
  } catch {
    return { message: "The wallet did not answer. Try again.", requestId };
  }
}

function save(file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = "transactions.csv";
  link.click();
  URL.revokeObjectURL(address);
}
