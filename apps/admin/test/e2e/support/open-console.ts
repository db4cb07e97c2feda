import { launchBrowser } from "@revio-wallet/dev/launch-browser";
import type { Stack } from "@revio-wallet/dev/stack";
import {
  addSession,
  type SignedInOperator,
  signedInOperator,
} from "@revio-wallet/api/testing/signed-in-operator";
import { Client } from "pg";
import type { Browser, BrowserContext, Page } from "playwright";

export type Theme = "light" | "dark";

type RunningStack = Pick<Stack, "consoleUrl" | "consoleSecret" | "databaseUrls">;

/** A browser, and the database of the stack that it looks at. */
export interface Console extends AsyncDisposable {
  readonly url: string;
  /** As its owner: for what tests prepare, and for what the console must not be able to do. */
  readonly database: Client;
  /** A browser profile of its own, signed in as a new operator of the role. */
  signIn(role: string, options?: SignInOptions): Promise<SignedIn>;
  /** Another browser profile, signed in as the same operator. */
  signInAgain(operator: SignedInOperator): Promise<SignedIn>;
  /** A browser profile in which nobody is signed in. */
  newContext(options?: { theme?: Theme }): Promise<BrowserContext>;
}

interface SignInOptions {
  theme?: Theme;
  /** How the operator gave the second factor; a step-up then asks for the same. */
  factor?: "passkey" | "totp";
}

export interface SignedIn {
  readonly operator: SignedInOperator;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong in the page without anybody seeing it: errors of scripts, violations of the policy. */
  readonly defects: string[];
}

/** How next-auth seals its cookie. Its types bring Next.js's along, which say that NODE_ENV is always there; tools know better. */
const sealer: string = "next-auth/jwt";
type Seal = (sealed: { token: object; secret: string; maxAge: number }) => Promise<string>;
const { encode } = (await import(sealer)) as { encode: Seal };

export async function openConsole(stack: RunningStack): Promise<Console> {
  const browser = await launchBrowser();
  const database = new Client({ connectionString: stack.databaseUrls.owner });
  await database.connect();
  const { consoleUrl, consoleSecret } = stack;
  const open = async (operator: SignedInOperator, theme: Theme): Promise<SignedIn> => {
    const context = await newContext(browser, consoleUrl, theme);
    const token = { sessionToken: operator.sessionToken };
    const value = await encode({ token, secret: consoleSecret, maxAge: 8 * 60 * 60 });
    await context.addCookies([{ name: "wallet-console", value, url: consoleUrl, httpOnly: true }]);
    const page = await context.newPage();
    return { operator, context, page, defects: defectsOf(page) };
  };
  return {
    url: consoleUrl,
    database,
    newContext: (options) => newContext(browser, consoleUrl, options?.theme ?? "light"),
    signIn: async (role, { theme = "light", factor = "passkey" } = {}) =>
      open(await signedInOperator(database, role, factor), theme),
    signInAgain: async ({ id }) => open(await addSession(database, id), "light"),
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await database.end();
    },
  };
}

async function newContext(browser: Browser, url: string, theme: Theme): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    colorScheme: theme,
    // What is half faded out cannot be judged.
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(20_000);
  return context;
}

export function defectsOf(page: Page): string[] {
  const defects: string[] = [];
  page.on("pageerror", (error) => defects.push(error.message));
  page.on("console", (message) => {
    // A refusal by the API is an answer; the browser reports its status as an error all the same.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) {
      defects.push(message.text());
    }
  });
  return defects;
}
