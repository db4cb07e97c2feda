import { mkdir, writeFile } from "node:fs/promises";
import { readContract } from "./read-contract.ts";

const file = new URL("../src/generated/contract.ts", import.meta.url);
await mkdir(new URL(".", file), { recursive: true });
await writeFile(file, readContract());
