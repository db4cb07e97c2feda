import { constants, createHash, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  loadWebhookKeys,
  parseWebhookEvent,
  verifyWebhook,
  WebhookKeyError,
} from "../../src/webhooks.ts";
import { fixtureText } from "../fixtures.ts";
import { toWireForm } from "../wire-form.ts";

function rsaPair(modulusLength = 2048, publicExponent = 0x10001) {
  const pair = generateKeyPairSync("rsa", { modulusLength, publicExponent });
  const pem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
  return { ...pair, pem };
}
type Pair = ReturnType<typeof rsaPair>;

const first = rsaPair();
const second = rsaPair(3072);
const stranger = rsaPair();
const keys = loadWebhookKeys([first.pem, second.pem]);

const payload = { ...JSON.parse(fixtureText("purchase.paid")), note: "Müller → Žofie" };
const body = Buffer.from(toWireForm(payload), "utf8");

function signatureOf(pair: Pair, bytes: Uint8Array): string {
  return sign("RSA-SHA256", bytes, pair.privateKey).toString("base64");
}
function keyErrorOf(pem: string): WebhookKeyError {
  try {
    loadWebhookKeys([pem]);
  } catch (thrown) {
    if (thrown instanceof WebhookKeyError) return thrown;
    throw thrown;
  }
  throw new Error("the key was accepted");
}

describe("loadWebhookKeys", () => {
  it("names each key by the SHA-256 of its DER and keeps the label", () => {
    const der = createPublicKey(first.pem).export({ type: "spki", format: "der" });
    const [key] = loadWebhookKeys([{ id: "wh_1", pem: first.pem }]);
    expect(key).toMatchObject({
      keyId: createHash("sha256").update(der).digest("hex"),
      label: "wh_1",
      bits: 2048,
    });
    expect(keys.map((item) => item.bits)).toEqual([2048, 3072]);
  });

  it("reads every form in which a key travels, as the same key", () => {
    const forms = [
      first.pem,
      first.pem.trim(),
      first.pem.replaceAll("\n", "\\n"),
      first.pem.replaceAll("\n", "\r\n"),
      JSON.stringify(first.pem),
      JSON.stringify(first.pem.replaceAll("\n", "\r\n")),
      `\n  ${first.pem}\n`,
    ];
    expect(loadWebhookKeys(forms)).toHaveLength(1);
  });

  it.each([
    ["an EC key", "not_rsa", () => generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey],
    ["an Ed25519 key", "not_rsa", () => generateKeyPairSync("ed25519").publicKey],
    [
      "an RSA-PSS key",
      "not_rsa",
      () => generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).publicKey,
    ],
    ["a 512-bit key", "too_small", () => rsaPair(512).publicKey],
    ["a 1024-bit key", "too_small", () => rsaPair(1024).publicKey],
    ["exponent 3", "bad_exponent", () => rsaPair(2048, 3).publicKey],
  ])("refuses %s", (_name, code, make) => {
    const pem = make().export({ type: "spki", format: "pem" }).toString();
    expect(keyErrorOf(pem).code).toBe(code);
  });

  it("refuses private keys in every form without quoting them", () => {
    const pem = first.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const pkcs1 = first.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    const locked = first.privateKey
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
      .toString();
    for (const secret of [pem, pkcs1, locked, JSON.stringify(pem), first.pem + pem]) {
      const error = keyErrorOf(secret);
      expect(error.code).toBe("private_key");
      expect(error.message).not.toContain(pem.split("\n")[1]);
      expect(error.message).not.toContain("BEGIN");
    }
  });

  it("refuses PKCS#1, certificates and anything that is not exactly one PEM block", () => {
    const pkcs1 = first.publicKey.export({ type: "pkcs1", format: "pem" }).toString();
    expect(keyErrorOf(pkcs1).code).toBe("pkcs1");
    const base64 = first.pem.split("\n").slice(1, -2).join("\n");
    const certificate = `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
    expect(keyErrorOf(certificate).code).toBe("certificate");
    const others = [
      "",
      "hello",
      first.pem + second.pem,
      `x${first.pem}`,
      base64,
      first.pem.replace("BEGIN", "BEGIN "),
      first.pem.slice(0, 200),
      first.pem.replace(/.{4}\n-----END/, "\n-----END"),
      first.pem.replace("-----END", "AAAA\n-----END"),
    ];
    for (const other of others) expect(keyErrorOf(other).code).toBe("not_pem");
  });
});

describe("verifyWebhook", () => {
  it("accepts Revio's wire form, signed by any of the loaded keys", () => {
    expect(verifyWebhook(body, signatureOf(first, body), keys)).toEqual({
      valid: true,
      keyId: keys[0]?.keyId,
    });
    expect(verifyWebhook(body, signatureOf(second, body), keys)).toEqual({
      valid: true,
      keyId: keys[1]?.keyId,
    });
  });

  it("refuses a re-serialised body, which is another sequence of bytes", () => {
    const again = Buffer.from(JSON.stringify(JSON.parse(body.toString("utf8"))));
    expect(again.equals(body)).toBe(false);
    const verdict = verifyWebhook(again, signatureOf(first, body), keys);
    expect(verdict).toEqual({ valid: false, reason: "no_match" });
  });

  it("refuses the body with any one byte changed, added or taken away", () => {
    const signature = signatureOf(first, body);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(body);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(verifyWebhook(changed, signature, keys).valid).toBe(false);
      }),
      { numRuns: 200 },
    );
    for (const other of [
      Buffer.concat([body, Buffer.from("\n")]),
      body.subarray(1),
      Buffer.alloc(0),
    ]) {
      expect(verifyWebhook(other, signature, keys)).toEqual({ valid: false, reason: "no_match" });
    }
  });

  it("refuses signatures of another key, another padding and another hash", () => {
    const pss = sign("RSA-SHA256", body, {
      key: first.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
    });
    const sha1 = sign("RSA-SHA1", body, first.privateKey);
    const sha512 = sign("RSA-SHA512", body, first.privateKey);
    const others = [pss, sha1, sha512].map((bytes) => bytes.toString("base64"));
    for (const signature of [...others, signatureOf(stranger, body)]) {
      expect(verifyWebhook(body, signature, keys)).toEqual({ valid: false, reason: "no_match" });
    }
  });

  it("refuses truncated and padded signatures", () => {
    const bytes = sign("RSA-SHA256", body, first.privateKey);
    const odd = [bytes.subarray(0, 255), bytes.subarray(0, 1), Buffer.concat([bytes, bytes])];
    for (const signature of odd) {
      expect(verifyWebhook(body, signature.toString("base64"), keys)).toEqual({
        valid: false,
        reason: "no_match",
      });
    }
  });

  it("refuses what is not strict base64", () => {
    const good = signatureOf(first, body);
    const url = good.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const others = [
      ` ${good}`,
      `${good}\n`,
      `${good}, ${good}`,
      good.replaceAll("=", ""),
      url,
      "!",
      "====",
    ];
    for (const signature of [...others, "A".repeat(100_000)]) {
      expect(verifyWebhook(body, signature, keys)).toEqual({
        valid: false,
        reason: "malformed_signature",
      });
    }
  });

  it("says why when there is no signature or no key", () => {
    for (const signature of [null, undefined, ""]) {
      expect(verifyWebhook(body, signature, keys)).toEqual({
        valid: false,
        reason: "missing_signature",
      });
    }
    expect(verifyWebhook(body, signatureOf(first, body), [])).toEqual({
      valid: false,
      reason: "no_keys",
    });
  });

  it("stops accepting a key that rotation took out", () => {
    const left = loadWebhookKeys([second.pem]);
    expect(verifyWebhook(body, signatureOf(first, body), left).valid).toBe(false);
    expect(verifyWebhook(body, signatureOf(second, body), left).valid).toBe(true);
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything(), fc.oneof(fc.string(), fc.base64String()), (input, signature) => {
        expect(verifyWebhook(input as Uint8Array, signature, keys).valid).toBe(false);
      }),
    );
    expect(verifyWebhook(body, 7 as unknown as string, keys).valid).toBe(false);
  });
});

describe("parseWebhookEvent", () => {
  const parse = (value: unknown) => parseWebhookEvent(Buffer.from(JSON.stringify(value)));

  it("reads a purchase event in wire form, without any amount", () => {
    const event = parseWebhookEvent(body);
    expect(event).toEqual({
      eventType: "purchase.paid",
      objectType: "purchase",
      objectId: "7b0f4a52-6a1e-4c8d-9f30-2f6f2b1f9a01",
      status: "paid",
      isTest: true,
      brandId: "409eb80e-0000-4b1d-afa8-000000000001",
      reference: "dep-2024-000123",
      updatedOn: new Date(1_718_000_061_000),
      statusHistoryLength: 4,
      relatedTo: null,
    });
  });

  it("reads a refund, which has no history but names its purchase", () => {
    const event = parseWebhookEvent(Buffer.from(fixtureText("payment.refunded")));
    expect(event).toMatchObject({
      eventType: "payment.refunded",
      objectType: "payment",
      statusHistoryLength: null,
      relatedTo: { id: "7b0f4a52-6a1e-4c8d-9f30-2f6f2b1f9a01", type: "purchase" },
    });
  });

  it("keeps out the execution_url of a payout", () => {
    const event = parseWebhookEvent(Buffer.from(fixtureText("payout.success")));
    expect(event).toMatchObject({ eventType: "payout.success", status: "success" });
    expect(JSON.stringify(event)).not.toContain("/po/");
  });

  it("lets unknown events, statuses and fields pass, and odd fields become null", () => {
    const event = parse({
      id: "2c9c0e84-51a6-4b9e-9a3a-9f3c9d7b4d03",
      event_type: "purchase.teleported",
      status: "teleported",
      updated_on: "yesterday",
      is_test: "yes",
      reference: "bad\u0000reference",
      status_history: 5,
      related_to: [],
      extra: { deep: true },
    });
    expect(event).toMatchObject({
      eventType: "purchase.teleported",
      status: "teleported",
      updatedOn: null,
      isTest: null,
      reference: null,
      statusHistoryLength: null,
      relatedTo: null,
      objectType: null,
    });
  });

  it("gives null for what names no event and object", () => {
    const id = "2c9c0e84-51a6-4b9e-9a3a-9f3c9d7b4d03";
    const bodies = [
      null,
      [],
      "x",
      {},
      { id },
      { event_type: "a" },
      { id: "../admin", event_type: "a" },
    ];
    for (const value of bodies) expect(parse(value)).toBeNull();
    for (const text of ["", "{", "<html>", "[".repeat(200_000)]) {
      expect(parseWebhookEvent(Buffer.from(text))).toBeNull();
    }
    expect(parseWebhookEvent(Buffer.from([0xff, 0xfe, 0x00]))).toBeNull();
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(parseWebhookEvent(bytes)).toBeNull();
      }),
    );
  });
});
