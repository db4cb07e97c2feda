import { errorAdvice, errorCodes } from "../src/errors.ts";
import { errorCodes as coreCodes } from "@revio-wallet/core/errors";

/** The table of codes in README.md, from the same sources as the code itself. */
function errorsTable(): string {
  const rows = errorCodes.map((code) => {
    const { httpStatus, retryable } = coreCodes[code];
    const { message, moneyMayHaveMoved } = errorAdvice[code];
    const cells = [
      `\`${code}\``,
      httpStatus,
      retryable ? "yes" : "",
      moneyMayHaveMoved ? "**perhaps**" : "no",
      message,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| `appCode` | HTTP | Retryable | Money moved | `userMessage` |",
    "|---|---|---|---|---|",
    ...rows,
    "| none: nobody answered | | yes | **perhaps** | We could not reach the server. Please check your connection and try again. |",
  ].join("\n");
}

const begin = "<!-- errors:begin -->\n";
const end = "<!-- errors:end -->";

/** The README's text with the table as it must be. */
export function withErrorsTable(readme: string): string {
  const [before, rest] = readme.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error("README.md has no place for the errors");
  return `${before}${begin}${errorsTable()}\n${end}${after}`;
}
