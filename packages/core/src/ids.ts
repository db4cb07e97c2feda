import { randomBytes } from "node:crypto";

/** Source of new ids and secrets; tests and the simulator inject a seeded one. */
export interface Ids {
  /** UUIDv7: unique, and ordered by the given time to the millisecond. */
  uuid(now: Date): string;
  /** For tokens and nonces. */
  bytes(length: number): Buffer;
}

export const systemIds: Ids = {
  uuid: (now) => uuidv7(now, randomBytes(10)),
  bytes: (length) => randomBytes(length),
};

/** RFC 9562 version 7: 48 bits of Unix milliseconds, then version, variant and 74 random bits. */
export function uuidv7(now: Date, random: Buffer): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  random.copy(bytes, 6, 0, 10);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
