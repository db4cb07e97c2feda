import { constants, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { countOf, database } from "./support/database.ts";
import {
  balanceOf,
  depositOnce,
  newPerson,
  openDeposit,
  payIn,
  type Person,
} from "./support/people.ts";
import { clearFaults, control, payPurchaseOf, purchasesOf } from "./support/sandbox.ts";
import { stack } from "./support/stack.ts";
import { until } from "./support/until.ts";
import { call } from "./support/wallet-client.ts";
import {
  capturedBody,
  holdDeliveries,
  postSigned,
  postWebhook,
  revioKey,
  signatureOf,
  type WebhookAnswer,
} from "./support/webhook-sender.ts";

let person: Person;

beforeAll(async () => {
  person = await newPerson();
});
afterEach(clearFaults);
afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

/** A deposit that was paid at Revio, which has not told us so. */
async function paidInSilence(amountMinor = 10_000n) {
  const payer = await newPerson();
  // Before there is a purchase: any event of it that we act on later would find it paid.
  await holdDeliveries();
  const deposit = await openDeposit(payer, amountMinor);
  await payPurchaseOf(deposit.reference);
  return { payer, deposit, body: await capturedBody(deposit.reference, "purchase.paid") };
}

const countEvents = () => countOf("provider_events");

/** How the event with this body ended. */
async function outcomeOf(body: string): Promise<{ state: string; outcome: string | null }> {
  return until("the event is settled", async () => {
    const { rows } = await database.query<{ state: string; outcome: string | null }>(
      "SELECT state, outcome FROM provider_events WHERE body_sha256 = sha256($1) AND state <> 'received'",
      [Buffer.from(body)],
    );
    return rows[0];
  });
}

describe("forged deliveries", () => {
  test("S44 S50 F42 whatever is wrong with a signature: one and the same 401, no event, nobody credited", async () => {
    const { payer, deposit, body } = await paidInSilence();
    const good = signatureOf(body);
    const key = revioKey();
    const stranger = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING };
    const bytes = Buffer.from(body);
    const forged: [string, string | Buffer, string | undefined][] = [
      ["no signature", body, undefined],
      ["an empty signature", body, ""],
      ["not base64", body, "%%%%"],
      ["cut off", body, good.slice(0, -4)],
      ["doubled", body, good + good],
      ["in base64url", body, Buffer.from(good, "base64").toString("base64url")],
      ["in hexadecimal", body, Buffer.from(good, "base64").toString("hex")],
      ["one bit changed", body, good.replace(/^./, (first) => (first === "A" ? "B" : "A"))],
      ["by another key", body, signatureOf(body, stranger)],
      ["by a key of another kind", body, sign("sha256", bytes, ec).toString("base64")],
      ["PSS padding", body, sign("RSA-SHA256", bytes, pss).toString("base64")],
      ["SHA-1", body, sign("RSA-SHA1", bytes, key).toString("base64")],
      ["SHA-512", body, sign("RSA-SHA512", bytes, key).toString("base64")],
      ["S43 of the body re-serialised", JSON.stringify(JSON.parse(body)), good],
      ["S43 a newline at the end", `${body}\n`, good],
      ["S43 a blank in front", ` ${body}`, good],
      ["S43 a byte order mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]), good],
      ["S43 in UTF-16", Buffer.from(body, "utf16le"), good],
      ["the body cut off", body.slice(0, -1), good],
      ["an empty body", "", good],
      ["another amount", body.replace("10000", "99999"), good],
    ];
    const eventsBefore = await countEvents();
    const answers: WebhookAnswer[] = [];
    for (const [, bytesSent, signature] of forged) {
      answers.push(await postWebhook(bytesSent, { "x-signature": signature }));
    }
    expect(answers.map(({ status }, at) => [forged[at]?.[0], status])).toEqual(
      forged.map(([what]) => [what, 401]),
    );
    expect(new Set(answers.map(bare)).size).toBe(1);
    expect(answers[0]?.body).toBe("");
    expect(await countEvents()).toBe(eventsBefore);
    const after = await call(payer, "deposit.get", { transactionId: deposit.id });
    expect(after.status).toBe("awaiting_payment");

    expect((await postSigned(body)).status).toBe(200);
    await depositOnce(payer, deposit.id, "completed");
  });

  test("S44 a header that names another key, or another algorithm, changes nothing", async () => {
    const { payer, deposit, body } = await paidInSilence();
    const stranger = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const named = {
      "x-key-id": "attacker",
      "x-public-key": Buffer.from(
        stranger.publicKey.export({ type: "spki", format: "der" }),
      ).toString("base64"),
      "x-signature-algorithm": "none",
    };
    const wrong = { ...named, "x-signature": signatureOf(body, stranger.privateKey) };
    expect((await postWebhook(body, wrong)).status).toBe(401);
    const right = { ...named, "x-signature": signatureOf(body) };
    expect((await postWebhook(body, right)).status).toBe(200);
    await depositOnce(payer, deposit.id, "completed");
  });

  test("a flood of forged deliveries leaves a bounded trail", async () => {
    const forged = () => countOf("provider_deliveries WHERE verdict = 'invalid_signature'");
    const eventsBefore = await countEvents();
    let sent = 0;
    const sender = async () => {
      while (sent++ < 1_200) {
        const answer = await postWebhook(`{"n":${sent}}`, { "x-signature": "AAAA" });
        expect(answer.status).toBe(401);
      }
    };
    await Promise.all(Array.from({ length: 8 }, sender));
    // Counted before it is written, so senders at the same time may overshoot by their number.
    expect(await forged()).toBeLessThanOrEqual(1_000 + 8);
    expect(await forged()).toBeGreaterThanOrEqual(900);
    expect(await countEvents()).toBe(eventsBefore);
    // Revio's own deliveries are taken all the same.
    expect((await payIn(person, 3_000n)).status).toBe("completed");
  });
});

describe("S48 S49 bodies that are not read", () => {
  const huge = "x".repeat(300_000);

  test("above 256 kB: 413, by stated length and while it streams in", async () => {
    expect((await postWebhook(huge, { "x-signature": signatureOf(huge) })).status).toBe(413);
    const response = await fetch(new URL("/webhooks/revio", stack.apiUrl), {
      method: "POST",
      headers: { "content-type": "application/json", "x-signature": "AAAA" },
      body: new Blob([huge]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  test.each([
    [{ "content-encoding": "gzip" }, gzipSync("{}")],
    [{ "content-encoding": "br" }, Buffer.from("{}")],
    [{ "content-type": "text/plain" }, Buffer.from("{}")],
    [{ "content-type": "application/x-www-form-urlencoded" }, Buffer.from("a=b")],
    [{ "content-type": "multipart/form-data; boundary=x" }, Buffer.from("--x--")],
    [{ "content-type": "application/json; charset=utf-7" }, Buffer.from("{}")],
    [{ "content-type": undefined }, Buffer.from("{}")],
  ])("%j: 415, even if well signed", async (headers, body) => {
    const answer = await postWebhook(body, { "x-signature": signatureOf(body), ...headers });
    expect(answer.status).toBe(415);
  });

  test("chunked, without a length: taken like any other", async () => {
    const { payer, deposit, body } = await paidInSilence();
    const headers = { "content-length": undefined, "transfer-encoding": "chunked" };
    const answer = await postWebhook(body, { ...headers, "x-signature": signatureOf(body) });
    expect(answer.status).toBe(200);
    await depositOnce(payer, deposit.id, "completed");
  });

  test("a length that says too little: what was said is what counts", async () => {
    const { body } = await paidInSilence();
    const eventsBefore = await countEvents();
    const text = await overSocket(
      `POST /webhooks/revio HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Signature: ${signatureOf(body)}\r\nContent-Length: 20\r\n\r\n${body}`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 (400|401)/);
    expect(await countEvents()).toBe(eventsBefore);
  });

  test("S87 a length and chunks at once: refused", async () => {
    const text = await overSocket(
      "POST /webhooks/revio HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\n\r\n",
    );
    expect(text).toMatch(/^HTTP\/1\.1 400/);
    expect(text).not.toContain('"live"');
  });

  test.each(["GET", "PUT", "DELETE"])("%s is no way to deliver", async (method) => {
    const response = await fetch(new URL("/webhooks/revio", stack.apiUrl), { method });
    expect(response.status).toBe(405);
  });
});

describe("authentic deliveries that mean nothing to us", () => {
  test.each(["not JSON", "[]", "42", '{"event_type":"purchase.paid"}', '{"id":1}', "\u0000"])(
    "signed, but unreadable (%j): 200 and parked, for Revio would hold back what follows",
    async (body) => {
      expect((await postSigned(body)).status).toBe(200);
      expect(await outcomeOf(body)).toEqual({ state: "parked", outcome: "unreadable" });
    },
  );

  test("F34 a purchase that Revio does not know either: 200, parked", async () => {
    const { body } = await paidInSilence();
    const { id } = JSON.parse(body) as { id: string };
    const unknown = body.replaceAll(id, randomUUID());
    expect((await postSigned(unknown)).status).toBe(200);
    expect(await outcomeOf(unknown)).toEqual({ state: "parked", outcome: "unknown_at_provider" });
  });

  test("F34 a paid purchase that we never made: 200, parked, and nobody is credited", async () => {
    const credits = () => countOf("journal_entries WHERE event = 'deposit.completed'");
    const creditsBefore = await credits();
    const reference = `not-ours-${randomUUID()}`;
    const purchase = await control<{ id: string }>("purchases", {
      client: { email: person.email },
      purchase: { currency: "ZAR", products: [{ name: "Something else", price: 12_345 }] },
      reference,
    });
    await control(`purchases/${purchase.id}/pay`, {});
    const body = await capturedBody(reference, "purchase.paid");
    expect(await outcomeOf(body)).toEqual({ state: "parked", outcome: "unknown_purchase" });
    expect(await credits()).toBe(creditsBefore);
  });

  test("S46 F27 a live event at a test wallet: parked, and nobody is credited", async () => {
    const { payer, deposit, body } = await paidInSilence();
    const live = body.replaceAll('"is_test": true', '"is_test": false');
    expect(live).not.toBe(body);
    expect((await postSigned(live)).status).toBe(200);
    expect(await outcomeOf(live)).toEqual({ state: "parked", outcome: "wrong_mode" });
    expect(await balanceOf(payer)).toMatchObject({ availableMinor: 0n });
    await postSigned(body);
    await depositOnce(payer, deposit.id, "completed");
  });

  test("F37 the body says paid, Revio says it is not: Revio is believed", async () => {
    const { body } = await paidInSilence();
    const payer = await newPerson();
    const deposit = await openDeposit(payer, 10_000n);
    const [paid] = await purchasesOf(/"reference": "(DEP-[^"]*)"/.exec(body)?.[1] ?? "");
    const [unpaid] = await purchasesOf(deposit.reference);
    const lie = body
      .replaceAll(paid?.id ?? "", unpaid?.id ?? "")
      .replaceAll(paid?.reference ?? "", deposit.reference);
    expect(lie).not.toBe(body);
    expect((await postSigned(lie)).status).toBe(200);
    expect((await outcomeOf(lie)).state).toBe("ignored");
    expect(await balanceOf(payer)).toMatchObject({ availableMinor: 0n });
  });

  test("F26 a signed amount of the sender's choice is not what is credited", async () => {
    const { payer, deposit, body } = await paidInSilence(10_000n);
    const inflated = body.replaceAll("10000", "9000000");
    expect(inflated).not.toBe(body);
    await postSigned(inflated);
    await depositOnce(payer, deposit.id, "completed");
    expect(await balanceOf(payer)).toMatchObject({ availableMinor: 10_000n });
  });
});

describe("deliveries that come again", () => {
  test("F28 fifty identical ones at once: all taken, one event, one credit", async () => {
    const { payer, deposit, body } = await paidInSilence();
    const eventsBefore = await countEvents();
    const signature = signatureOf(body);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => postWebhook(body, { "x-signature": signature })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    await depositOnce(payer, deposit.id, "completed");
    expect(await countEvents()).toBe(eventsBefore + 1);
    expect(await countOf("journal_entries WHERE transaction_id = $1", [deposit.id])).toBe(1);
    expect(await balanceOf(payer)).toMatchObject({ availableMinor: 10_000n });
    const verdicts = await database.query<{ verdict: string; count: bigint }>(
      `SELECT verdict, count(*) AS count FROM provider_deliveries
       WHERE body_sha256 = sha256($1) GROUP BY verdict ORDER BY verdict`,
      [Buffer.from(body)],
    );
    expect(verdicts.rows).toEqual([
      { verdict: "accepted", count: 1n },
      { verdict: "duplicate", count: 49n },
    ]);
  });

  test("S46 F45 a capture replayed a year later has no effect", async () => {
    const { payer, deposit, body } = await paidInSilence();
    await postSigned(body);
    await depositOnce(payer, deposit.id, "completed");
    await database.query(
      "UPDATE provider_events SET received_at = received_at - interval '1 year', settled_at = settled_at - interval '1 year' WHERE body_sha256 = sha256($1)",
      [Buffer.from(body)],
    );
    const eventsBefore = await countEvents();
    expect((await postSigned(body)).status).toBe(200);
    expect(await countEvents()).toBe(eventsBefore);
    expect(await balanceOf(payer)).toMatchObject({ availableMinor: 10_000n });
  });

  test("F30 an older state of the purchase after it was paid changes nothing", async () => {
    const { payer, deposit, body } = await paidInSilence();
    const created = await capturedBody(deposit.reference, "purchase.created");
    await postSigned(body);
    await depositOnce(payer, deposit.id, "completed");
    const stale = created.replace('"updated_on": ', '"updated_on":  ');
    expect((await postSigned(stale)).status).toBe(200);
    expect((await outcomeOf(stale)).state).toBe("ignored");
    const after = await call(payer, "deposit.get", { transactionId: deposit.id });
    expect(after.status).toBe("completed");
    expect(await balanceOf(payer)).toMatchObject({ availableMinor: 10_000n });
  });
});

describe("F38 S55 while nothing can be stored", () => {
  test("the answer is 503, the next delivery succeeds, and the money is credited once", async () => {
    const { payer, deposit, body } = await paidInSilence();
    const client = await database.connect();
    try {
      await client.query("BEGIN");
      await client.query("LOCK TABLE provider_events IN ACCESS EXCLUSIVE MODE");
      const answer = await postSigned(body);
      expect(answer.status).toBe(503);
      expect(answer.body).toBe("");
    } finally {
      client.release(true);
    }
    expect((await postSigned(body)).status).toBe(200);
    await depositOnce(payer, deposit.id, "completed");
    expect(await countOf("journal_entries WHERE transaction_id = $1", [deposit.id])).toBe(1);
  });
});

/** Sends text over a connection of its own and gives everything that comes back. */
function overSocket(text: string): Promise<string> {
  const { hostname, port } = new URL(stack.apiUrl);
  return new Promise((resolve) => {
    let received = "";
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text));
    socket.setTimeout(1_500, () => socket.destroy());
    socket.on("data", (chunk) => (received += chunk.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(received));
  });
}

/** An answer without what differs from request to request. */
function bare({ status, body, headers }: WebhookAnswer): string {
  const { date: _date, "x-request-id": _id, ...rest } = headers;
  return JSON.stringify({ status, body, rest });
}
