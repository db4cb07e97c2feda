import { randomBytes, randomUUID } from "node:crypto";
import { type ApiClient, createApiClient } from "@revio-wallet/api-client";
import { expectSame } from "./expect-same.ts";
import { followTransactions, type TransactionFollower } from "./follow-transactions.ts";
import { formatRand } from "./format-rand.ts";
import { cardWithThreeDSecure, payOnCheckout } from "./pay-on-checkout.ts";
import type { Stack } from "./stack.ts";
import { localAppOrigin } from "./stack-api.ts";
import { credit, debit, openStoryLedger, type StoryLedger } from "./story-ledger.ts";

export interface DemoUser {
  readonly email: string;
  readonly password: string;
}

const currency = "ZAR";
const deposited = 125_000n;
const withdrawn = 40_000n;
/** What the sandbox charges for a card payment: 2.75 %, rounded half up. It comes out of our float, not the user's money. */
const providerFee = 3_438n;

interface Scene {
  readonly client: ApiClient;
  readonly follower: TransactionFollower;
  readonly ledger: StoryLedger;
  readonly say: (line: string) => void;
}

/**
 * Plays the main story through the partner's client, over real HTTP: register, deposit on the hosted checkout, balance, bank
 * account, withdraw, history. Each amount is compared with what it must be: at the API, in the journal, and in the books that
 * the sandbox keeps by itself.
 *
 * @throws StoryDifference on the first difference
 */
export async function playStory(
  stack: Pick<Stack, "apiUrl" | "sandboxUrl" | "databaseUrls">,
  say: (line: string) => void,
): Promise<DemoUser> {
  const client = createApiClient({ baseUrl: stack.apiUrl });
  const { user, userId } = await register(client, say);
  await using ledger = await openStoryLedger(stack.databaseUrls, userId, say);
  using follower = await followTransactions(client);
  const scene: Scene = { client, follower, ledger, say };

  const deposit = await payIn(scene);
  await expectBalance(scene, "3", deposited);
  const withdrawal = await payOut(scene);
  await expectBalance(scene, "6", deposited - withdrawn);
  await showHistory(scene, [withdrawal, deposit]);
  await expectBooks(stack.sandboxUrl, { deposit, withdrawal });

  const { journalEntries, postings, transactions } = await ledger.verify();
  say(
    `ledger verified: ${journalEntries} journal entries, ${postings} postings, ${transactions} transactions, ` +
      "0 differences; Revio's own books agree",
  );
  await client.signOut();
  return user;
}

async function register(
  client: ApiClient,
  say: Scene["say"],
): Promise<{ user: DemoUser; userId: string }> {
  const email = `thandi.${randomBytes(3).toString("hex")}@example.com`;
  const password = randomBytes(15).toString("base64url");
  const created = await client.register({ email, fullName: "Thandi Nkosi", password });
  const { id } = await client.signIn({ email, password });
  expectSame("The users", id, created.id);
  say(`1  Registered ${created.fullName} <${email}> and signed in`);
  return { user: { email, password }, userId: id };
}

async function payIn({ client, follower, ledger, say }: Scene): Promise<string> {
  const { deposit } = await client.trpc.deposit.create.mutate({
    amountMinor: deposited,
    currency,
    returnUrl: `${localAppOrigin}/deposit/done`,
    idempotencyKey: randomUUID(),
  });
  const { id, reference, checkoutUrl } = deposit;
  say(`2  Deposit of ${formatRand(deposited)} opened: ${reference}`);
  say(`   Checkout: ${checkoutUrl}`);
  if (checkoutUrl === null) expectSame("The checkout addresses", checkoutUrl, "an address");
  const { pages, returnedTo } = await payOnCheckout(checkoutUrl ?? "", cardWithThreeDSecure);
  say(`   Paid by card on the pages ${pages.map((page) => `"${page}"`).join(" → ")}`);
  expectSame("The return addresses", new URL(returnedTo).origin, localAppOrigin);
  const paidAt = performance.now();
  const { transaction } = await follower.waitFor(id, "completed");
  say(`   Webhook taken, read back from Revio and credited after ${secondsSince(paidAt)} s`);
  const { amountMinor, feeMinor } = transaction;
  expectSame("The deposits", { amountMinor, feeMinor }, { amountMinor: deposited, feeMinor: 0n });
  await ledger.showNew([
    {
      event: "deposit.completed",
      lines: [
        debit("house:revio_float", deposited - providerFee),
        debit("house:provider_fees", providerFee),
        credit("user:available", deposited),
      ],
    },
  ]);
  return reference;
}

async function payOut({ client, follower, ledger, say }: Scene): Promise<string> {
  const bankAccount = await client.trpc.bankAccount.add.mutate({
    branchCode: "632005",
    accountNumber: "4048195678",
    accountHolder: "Thandi Nkosi",
    accountType: "current",
  });
  say(`4  Bank account added: ${bankAccount.bankName} ${bankAccount.maskedAccountNumber}`);
  const { withdrawal } = await client.trpc.withdrawal.create.mutate({
    amountMinor: withdrawn,
    currency,
    bankAccountId: bankAccount.id,
    idempotencyKey: randomUUID(),
  });
  say(`5  Withdrawal of ${formatRand(withdrawn)} asked for: ${withdrawal.reference}`);
  const askedAt = performance.now();
  const { transaction } = await follower.waitFor(withdrawal.id, "completed");
  say(`   Paid out by Revio after ${secondsSince(askedAt)} s`);
  const { amountMinor, feeMinor } = transaction;
  expectSame(
    "The withdrawals",
    { amountMinor, feeMinor },
    { amountMinor: withdrawn, feeMinor: 0n },
  );
  await ledger.showNew([
    {
      event: "withdrawal.reserved",
      lines: [debit("user:available", withdrawn), credit("user:pending", withdrawn)],
    },
    {
      event: "withdrawal.completed",
      lines: [debit("user:pending", withdrawn), credit("house:revio_float", withdrawn)],
    },
  ]);
  return withdrawal.reference;
}

async function expectBalance(
  { client, say }: Scene,
  step: string,
  availableMinor: bigint,
): Promise<void> {
  const balance = await client.trpc.balance.get.query({ currency });
  const expected = { currency, availableMinor, pendingMinor: 0n, receivableMinor: 0n };
  expectSame("The balances", balance, expected);
  say(`${step}  Balance: ${formatRand(availableMinor)}`);
}

async function showHistory({ client, say }: Scene, references: readonly string[]): Promise<void> {
  const { items, nextCursor } = await client.trpc.transaction.list.query();
  expectSame(
    "The histories",
    [items.map(({ reference }) => reference), nextCursor],
    [references, null],
  );
  say("7  History, newest first:");
  for (const { kind, reference, status, amountMinor } of items) {
    const signed = formatRand(kind === "withdrawal" ? -amountMinor : amountMinor);
    say(`     ${kind.padEnd(12)}${reference.padEnd(22)}${status.padEnd(12)}${signed.padStart(14)}`);
  }
}

/** The sandbox counts by itself what went through it, by our references. */
async function expectBooks(
  sandboxUrl: string,
  references: { readonly deposit: string; readonly withdrawal: string },
): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/sandbox/books`, {
    signal: AbortSignal.timeout(10_000),
  });
  const { byReference } = (await answer.json()) as {
    byReference: Record<
      string,
      { paymentMinor?: number; payoutMinor?: number; payoutCount?: number }
    >;
  };
  const paid = byReference[references.deposit]?.paymentMinor;
  const out = byReference[references.withdrawal];
  expectSame(
    "Revio's books",
    { paid: BigInt(paid ?? 0), out: BigInt(out?.payoutMinor ?? 0), payouts: out?.payoutCount },
    { paid: deposited, out: withdrawn, payouts: 1 },
  );
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1_000).toFixed(1);
}
