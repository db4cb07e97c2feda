import { createSign, generateKeyPairSync } from "node:crypto";

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const SHA256_WITH_RSA = der(
  0x30,
  Buffer.from([0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00]),
);

function nameOf(commonName: string): Buffer {
  const attribute = der(
    0x30,
    Buffer.from([0x06, 0x03, 0x55, 0x04, 0x03]),
    der(0x0c, Buffer.from(commonName)),
  );
  return der(0x30, der(0x31, attribute));
}

function generalizedTime(time: Date): Buffer {
  const digits = time.toISOString().replace(/\.\d+Z$/, "Z");
  return der(0x18, Buffer.from(digits.replace(/[-:T]/g, "")));
}

/** A self-signed certificate made at run time, so that no key lies in the repository. */
export function makeCertificate(commonName: string, validFrom: Date, validTo: Date) {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const name = nameOf(commonName);
  const body = der(
    0x30,
    der(0x02, Buffer.from([0x2a])),
    SHA256_WITH_RSA,
    name,
    der(0x30, generalizedTime(validFrom), generalizedTime(validTo)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = createSign("sha256").update(body).sign(privateKey);
  const certificate = der(0x30, body, SHA256_WITH_RSA, der(0x03, Buffer.from([0]), signature));
  const base64 = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
