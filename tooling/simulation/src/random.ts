import { createHash } from "node:crypto";
import { uuidv7, type Ids } from "@revio-wallet/core/ids";

/** Repeatable chance: the same seed and name give the same row of numbers. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole, both ends included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  bytes(length: number): Buffer;
  /** A row of its own: drawing from it does not move this one. */
  fork(name: string): Random;
}

/** sfc32, seeded by SHA-256 of the name. */
export function createRandom(seed: string): Random {
  const hash = createHash("sha256").update(seed).digest();
  let a = hash.readUInt32LE(0);
  let b = hash.readUInt32LE(4);
  let c = hash.readUInt32LE(8);
  let counter = 1;
  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm++) uint32();
  const next = () => uint32() / 0x1_0000_0000;
  const random: Random = {
    next,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
    bytes: (length) => {
      const bytes = Buffer.alloc(length);
      for (let index = 0; index < length; index++) bytes[index] = uint32() & 0xff;
      return bytes;
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
  return random;
}

export function seededIds(random: Random): Ids {
  return {
    uuid: (now) => uuidv7(now, random.bytes(10)),
    bytes: (length) => random.bytes(length),
  };
}

/** A version 4 UUID for keys that callers make. */
export function seededUuid(random: Random): string {
  const hex = random.bytes(16).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
