import { access } from "node:fs/promises";
import { type Browser, chromium } from "playwright";

/**
 * Starts a browser without a window: the one named by CHROMIUM_PATH, else Playwright's own, else the system's, else the Chromium that
 * comes as an npm package, which runs on a bare Linux too.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findBrowser();
  return await chromium.launch({
    executablePath,
    // Nothing that weakens the browser's own rules: those are under test.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

async function findBrowser(): Promise<string> {
  // oxlint-disable-next-line node/no-process-env -- a setting of this machine, not of the product
  const named = process.env["CHROMIUM_PATH"];
  for (const path of [named, chromium.executablePath(), "/usr/bin/chromium"]) {
    if (path !== undefined && (await isThere(path))) return path;
  }
  return await npmChromium();
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The package unpacks the libraries that a bare system lacks only where it believes itself to be in a Lambda. */
async function npmChromium(): Promise<string> {
  /* oxlint-disable node/no-process-env */
  const before = { ...process.env };
  process.env["AWS_EXECUTION_ENV"] = "AWS_Lambda_nodejs22.x";
  process.env["AWS_LAMBDA_JS_RUNTIME"] = "nodejs22.x";
  const { default: packed } = await import("@sparticuz/chromium");
  const path = await packed.executablePath();
  for (const name of ["AWS_EXECUTION_ENV", "AWS_LAMBDA_JS_RUNTIME"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  return path;
  /* oxlint-enable node/no-process-env */
}
