import * as Sentry from "@sentry/node";
import { afterAll, expect, test } from "vitest";
import { captureUnexpected, flushSentry, sentryOptions, startSentry } from "../../src/sentry.ts";

afterAll(async () => {
  await Sentry.close();
});

/** Made at run time: a literal would be found in the source line of a stack frame. */
const secret = (prefix: string) => prefix + Math.random().toString().slice(2, 12);

test("without a DSN nothing is set up, and reporting does nothing", async () => {
  startSentry({ dsn: undefined });
  expect(Sentry.isInitialized()).toBe(false);
  captureUnexpected(new Error("x"), { requestId: "r", where: "here" });
  await flushSentry();
});

test("a report names the error and its place, and holds nothing of a person", async () => {
  const sent: string[] = [];
  Sentry.init({
    ...sentryOptions("https://key@sentry.invalid/1"),
    transport: (options) =>
      Sentry.createTransport(options, ({ body }) => {
        sent.push(typeof body === "string" ? body : Buffer.from(body).toString());
        return Promise.resolve({ statusCode: 200 });
      }),
  });
  const canaries = {
    card: secret("4111"),
    account: secret("62"),
    token: secret("eyJ"),
    email: `${secret("u")}@example.com`,
  };
  Sentry.setUser({ email: canaries.email, ip_address: "196.25.1.1" });
  Sentry.setContext("job", { payload: canaries.account });
  Sentry.setExtra("body", canaries.card);
  Sentry.addBreadcrumb({ message: `GET /?token=${canaries.token}` });
  Sentry.getCurrentScope().setSDKProcessingMetadata({
    normalizedRequest: {
      url: `https://api.invalid/?token=${canaries.token}`,
      headers: { authorization: `Bearer ${canaries.token}` },
      data: canaries.card,
    },
  });
  const failWith = ({ card, email }: typeof canaries): never => {
    throw new Error(`no row for ${email} and ${card}`, { cause: new Error(canaries.account) });
  };
  try {
    failWith(canaries);
  } catch (error) {
    captureUnexpected(error, { requestId: "request-1", where: "deposit.create" });
  }
  await flushSentry();

  const event = sent.join("\n");
  expect(event).toContain("request-1");
  expect(event).toContain("deposit.create");
  expect(event).toContain("failWith");
  for (const canary of Object.values(canaries)) expect(event).not.toContain(canary);
  expect(event).not.toContain("196.25.1.1");
});
