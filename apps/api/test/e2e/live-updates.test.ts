import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { database } from "./support/database.ts";
import { openStream, readSome, type EventStream, type Update } from "./support/event-stream.ts";
import { reissue } from "./support/forged-tokens.ts";
import { addOperator, asOperator } from "./support/operator-client.ts";
import {
  addBankAccount,
  newPerson,
  openDeposit,
  payIn,
  type Person,
  takeOut,
  withdrawalOnce,
} from "./support/people.ts";
import { payPurchaseOf } from "./support/sandbox.ts";
import { anyone, call } from "./support/wallet-client.ts";

const start = "0-0";
const story = [
  "created",
  "awaiting_payment",
  "completed",
  "queued",
  "processing",
  "completed",
] as const;

/** Pays in and takes out again: six changes of status. */
async function liveThrough(person: Person): Promise<void> {
  await payIn(person, 20_000n);
  const { id } = await takeOut(person, await addBankAccount(person), 5_000n);
  await withdrawalOnce(person, id, "completed");
}

afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

describe("PC40 a stream of status changes", () => {
  let person: Person;
  let all: Update[];

  beforeAll(async () => {
    person = await newPerson();
    await liveThrough(person);
    all = await readSome(await openStream(person, { input: start }), story.length);
  });

  test("tells what happened, in order, each once", () => {
    expect(all.map(({ status }) => status)).toEqual(story);
    expect(new Set(all.map(({ id }) => id)).size).toBe(story.length);
  });

  test("is an event stream that no proxy may hold back or store", async () => {
    const stream = await openStream(person, { input: start });
    expect(stream.headers.get("content-type")).toContain("text/event-stream");
    expect(stream.headers.get("cache-control")).toBe("no-store, no-transform");
    expect(stream.headers.get("x-accel-buffering")).toBe("no");
    stream.cut();
  });

  test.each(["header", "input"] as const)(
    "resumes after any event, by %s: no gap, no duplicate",
    async (how) => {
      for (const [at, { id }] of all.entries()) {
        const rest = all.slice(at + 1);
        if (rest.length === 0) continue;
        const again = await readSome(await openStream(person, { [how]: id }), rest.length);
        expect(again).toEqual(rest);
      }
    },
  );

  test("after the last event it waits, and tells the next one when it happens", async () => {
    const stream = await openStream(person, { header: all.at(-1)?.id ?? "" });
    const next = stream.next();
    const { id } = await openDeposit(person, 1_000n);
    const update = await next;
    expect(update).toMatchObject({ status: "created", transaction: { id } });
    stream.cut();
  });

  test("cut at every event while things happen, and resumed: the same as in one piece", async () => {
    const other = await newPerson();
    const living = liveThrough(other);
    const seen: Update[] = [];
    let last = start;
    while (seen.length < story.length) {
      const [update] = await readSome(await openStream(other, { header: last }), 1);
      if (update === undefined) continue;
      seen.push(update);
      last = update.id;
    }
    await living;
    expect(seen.map(({ status }) => status)).toEqual(story);
    const whole = await readSome(await openStream(other, { input: start }), story.length);
    expect(seen.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  });

  test("without a place it begins now", async () => {
    const stream = await openStream(person);
    const next = stream.next();
    // The stream has to be there first; what is before it is history.
    await sleep(300);
    const { id } = await openDeposit(person, 1_100n);
    expect((await next)?.transaction.id).toBe(id);
    stream.cut();
  });

  test("S31 with somebody else's place it tells only one's own", async () => {
    const other = await newPerson();
    const stream = await openStream(other, { header: start });
    const next = stream.next();
    await openDeposit(person, 1_200n);
    const { id, reference } = await openDeposit(other, 1_300n);
    expect((await next)?.transaction.id).toBe(id);
    await payPurchaseOf(reference);
    const later = await readSome(stream, 2);
    expect(later.map(({ transaction }) => transaction.id)).toEqual([id, id]);
  });
});

describe("who may follow", () => {
  test("S30 PC42 nobody without a token in the header", async () => {
    const stream = await openStream(anyone(), { input: start });
    expect(await stream.next()).toBeUndefined();
    expect(stream.refusal()?.appCode ?? stream.status).toBe("UNAUTHENTICATED");
  });

  test("PC75 five streams of one user at once; the sixth is refused until one is closed", async () => {
    const person = await newPerson();
    const streams: EventStream[] = [];
    for (let number = 0; number < 5; number++) {
      streams.push(await openStream(person, { input: start }));
    }
    const { id } = await openDeposit(person, 1_000n);
    for (const stream of streams) expect((await stream.next())?.transaction.id).toBe(id);
    const sixth = await openStream(person, { input: start });
    expect(await sixth.next()).toBeUndefined();
    expect(sixth.refusal()).toMatchObject({ appCode: "RATE_LIMITED", retryable: true });
    // Others have places of their own.
    const other = await newPerson();
    await openDeposit(other, 1_000n);
    expect(await readSome(await openStream(other, { input: start }), 1)).toHaveLength(1);

    streams.pop()?.cut();
    let again: Update[] = [];
    for (let tries = 0; tries < 20 && again.length === 0; tries++) {
      await sleep(100);
      again = await readSome(await openStream(person, { input: start }), 1);
    }
    expect(again).toHaveLength(1);
    for (const stream of streams) stream.cut();
  });

  test("S18 a suspension ends the stream", async () => {
    const person = await newPerson();
    const stream = await openStream(person, { input: start });
    const next = stream.next();
    const input = { userId: person.userId, reason: "Reported stolen phone" };
    expect((await asOperator(await addOperator(), "user.suspend", input)).status).toBe(200);
    expect(await next).toBeUndefined();
    expect(stream.refusal()?.appCode).toBe("UNAUTHENTICATED");
  });

  test("signing out ends the stream", async () => {
    const person = await newPerson();
    const stream = await openStream(person, { input: start });
    const next = stream.next();
    await call(person, "session.signOut", {});
    expect(await next).toBeUndefined();
    expect(stream.refusal()?.appCode).toBe("UNAUTHENTICATED");
  });

  test("PC41 the end of the token ends the stream, quietly, so that the client comes back with a new one", async () => {
    const person = await newPerson();
    await openDeposit(person, 1_000n);
    // Five seconds of leeway are for clocks that differ; a stream ends when the token says so.
    const exp = Math.floor(Date.now() / 1_000) + 3;
    const accessToken = reissue(person.accessToken, { exp });
    const stream = await openStream({ ...person, accessToken }, { input: start });
    const seen = [await stream.next(), await stream.next()];
    expect(seen.map((update) => update?.status)).toEqual(["created", "awaiting_payment"]);
    expect(await stream.next()).toBeUndefined();
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
    expect(Date.now()).toBeLessThan(exp * 1_000 + 3_000);
    expect(stream.refusal()).toBeUndefined();
  });
});
