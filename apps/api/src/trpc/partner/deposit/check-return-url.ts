import { DomainError } from "@revio-wallet/core/errors";

/**
 * Lets through addresses of the partner's own apps only: the payment page must not send its users anywhere else.
 *
 * @throws DomainError INVALID_INPUT
 */
export function checkReturnUrl(
  returnUrl: string | undefined,
  allowedOrigins: readonly string[],
): string | undefined {
  if (returnUrl === undefined) return undefined;
  const url = URL.parse(returnUrl);
  const ours =
    url !== null &&
    url.username === "" &&
    url.password === "" &&
    allowedOrigins.includes(url.origin);
  if (!ours) {
    throw new DomainError(
      "INVALID_INPUT",
      "The return URL must be an https address of an app that is registered with the wallet.",
    );
  }
  return url.href;
}
