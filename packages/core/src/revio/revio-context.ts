import type { RevioClient } from "@revio-wallet/revio-client/create-revio-client";
import type { Context } from "../context.ts";

/** What this folder needs beside the common context: the provider, and how we are set up there. */
export interface RevioContext extends Context {
  revio: RevioClient;
  revioSettings: {
    /** Mode of our key: an object of the other mode is never acted upon. */
    expectTest: boolean;
    /** Slug of the payout method for South African bank accounts; undefined = let Revio choose. */
    payoutMethod: string | undefined;
    /** Name on the payee's statement. */
    senderName: string;
  };
}
