import { mkdir, readFile, writeFile } from "node:fs/promises";
import { withErrorsTable } from "./errors-table.ts";
import { readContract } from "./read-contract.ts";

const contract = new URL("../src/generated/contract.ts", import.meta.url);
await mkdir(new URL(".", contract), { recursive: true });
await writeFile(contract, readContract());

const readme = new URL("../README.md", import.meta.url);
await writeFile(readme, withErrorsTable(await readFile(readme, "utf8")));
