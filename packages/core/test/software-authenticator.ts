import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";

/** What a test may make an authenticator, or the browser around it, do wrong. */
export interface Misdeeds {
  origin?: string;
  rpId?: string;
  challenge?: string;
  /** The person did not show who they are. */
  withoutUserVerification?: boolean;
  /** As a clone of an earlier state would. */
  signCount?: number;
  type?: string;
}

/** An authenticator with one ES256 key (WebAuthn Level 3 §6), with a browser at the console's origin. */
export function softwareAuthenticator(at: { origin: string }) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const credentialId = randomBytes(32);
  const id = credentialId.toString("base64url");
  let signCount = 0;

  const clientData = (type: string, challenge: string, wrong: Misdeeds) =>
    Buffer.from(
      JSON.stringify({
        type: wrong.type ?? type,
        challenge: wrong.challenge ?? challenge,
        origin: wrong.origin ?? at.origin,
        crossOrigin: false,
      }),
    );
  const head = (rpId: string, flags: number, wrong: Misdeeds) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(wrong.signCount ?? ++signCount);
    const verified = wrong.withoutUserVerification === true ? 0 : 0x04;
    const flag = Buffer.of(0x01 | verified | flags);
    return Buffer.concat([sha256(wrong.rpId ?? rpId), flag, count]);
  };

  return {
    id,
    register(
      options: PublicKeyCredentialCreationOptionsJSON,
      wrong: Misdeeds = {},
    ): RegistrationResponseJSON {
      const clientDataJSON = clientData("webauthn.create", options.challenge, wrong);
      const idLength = Buffer.alloc(2);
      idLength.writeUInt16BE(credentialId.length);
      const authData = Buffer.concat([
        head(options.rp.id ?? "", 0x40, wrong),
        Buffer.alloc(16),
        idLength,
        credentialId,
        coseKey(publicKey),
      ]);
      const attestationObject = cborMap([
        [cborText("fmt"), cborText("none")],
        [cborText("attStmt"), cborMap([])],
        [cborText("authData"), cborBytes(authData)],
      ]);
      return {
        id,
        rawId: id,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientDataJSON.toString("base64url"),
          attestationObject: attestationObject.toString("base64url"),
          transports: ["internal"],
        },
      };
    },
    sign(
      options: PublicKeyCredentialRequestOptionsJSON,
      wrong: Misdeeds = {},
    ): AuthenticationResponseJSON {
      const clientDataJSON = clientData("webauthn.get", options.challenge, wrong);
      const authenticatorData = head(options.rpId ?? "", 0, wrong);
      const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
      return {
        id,
        rawId: id,
        type: "public-key",
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientDataJSON.toString("base64url"),
          authenticatorData: authenticatorData.toString("base64url"),
          signature: sign("sha256", signed, privateKey).toString("base64url"),
        },
      };
    },
  };
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** COSE_Key (RFC 9053 §7.1) of a P-256 key for ES256. */
function coseKey(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return cborMap([
    [cborInt(1), cborInt(2)],
    [cborInt(3), cborInt(-7)],
    [cborInt(-1), cborInt(1)],
    [cborInt(-2), cborBytes(Buffer.from(x, "base64url"))],
    [cborInt(-3), cborBytes(Buffer.from(y, "base64url"))],
  ]);
}

/** The few forms of CBOR (RFC 8949) that are needed here. */
function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.of((major << 5) | value);
  if (value < 256) return Buffer.of((major << 5) | 24, value);
  return Buffer.of((major << 5) | 25, value >> 8, value & 255);
}
const cborInt = (value: number) => (value < 0 ? cborHead(1, -1 - value) : cborHead(0, value));
const cborBytes = (bytes: Buffer) => Buffer.concat([cborHead(2, bytes.length), bytes]);
const cborText = (text: string) => Buffer.concat([cborHead(3, text.length), Buffer.from(text)]);
const cborMap = (pairs: [Buffer, Buffer][]) =>
  Buffer.concat([cborHead(5, pairs.length), ...pairs.flat()]);
