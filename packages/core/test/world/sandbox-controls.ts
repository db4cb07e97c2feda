/** What the judge's own books say. Amounts are JSON numbers there; compared as bigint. */
export interface Books {
  openingMinor: number;
  movements: {
    kind: string;
    objectId: string;
    reference: string;
    amountMinor: number;
    feeMinor: number;
  }[];
  payouts: {
    payoutId: string;
    reference: string;
    status: string;
    amountMinor: number;
    executions: number;
    payments: number;
    pendingPayments: number;
    failedPayments: number;
  }[];
  balances: { currency: string; ecommerceMinor: number; pendingPayoutsMinor: number }[];
}

export interface Delivery {
  id: string;
  event: string;
  objectId: string;
  state: "pending" | "sending" | "held" | "delivered" | "dropped" | "failed";
  createdMs: number;
  nextAttemptMs: number;
}

/** The part of Revio's purchase and payout that tests look at. */
export interface SandboxObject {
  id: string;
  status: string;
  reference: string;
  status_history: { status: string }[];
}

type Json = Record<string, unknown>;

export interface SandboxControls {
  books(): Promise<Books>;
  deliveries(): Promise<Delivery[]>;
  purchases(reference: string): Promise<SandboxObject[]>;
  payouts(reference: string): Promise<SandboxObject[]>;
  /** A fault of the API: the next `times` calls of `operation` meet it. */
  fault(operation: string, fault: Json, times?: number): Promise<void>;
  webhookFault(match: Json, fault: Json, times?: number | null): Promise<void>;
  payoutScenario(scenario: string, match?: Json): Promise<void>;
  /** Ends all faults and scenarios that still wait. */
  clearFaults(): Promise<void>;
  settings(patch: Json): Promise<void>;
  advance(seconds: number): Promise<void>;
  /** Any other control, by path. */
  get(path: string): Promise<unknown>;
  post(path: string, body?: Json): Promise<Json>;
}

export function sandboxControls(controlUrl: string): SandboxControls {
  const call = async (method: string, path: string, body?: Json): Promise<unknown> => {
    const answer = await fetch(`${controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text}`);
    return JSON.parse(text);
  };
  const post = async (path: string, body: Json = {}) => (await call("POST", path, body)) as Json;
  return {
    books: async () => (await call("GET", "books")) as Books,
    deliveries: async () => {
      const states = ["pending", "sending", "held"];
      const lists = await Promise.all(
        states.map((state) => call("GET", `deliveries?state=${state}`)),
      );
      return (lists as Delivery[][]).flat();
    },
    purchases: async (reference) =>
      (await call("GET", `purchases?reference=${reference}`)) as SandboxObject[],
    payouts: async (reference) =>
      (await call("GET", `payouts?reference=${reference}`)) as SandboxObject[],
    fault: async (operation, fault, times = 1) => {
      await post("faults", { match: { operation }, times, ...fault });
    },
    webhookFault: async (match, fault, times = 1) => {
      await post("webhook-faults", { match, times, ...fault });
    },
    payoutScenario: async (scenario, match = {}) => {
      await post("payout-scenarios", { match, scenario });
    },
    clearFaults: async () => {
      await call("DELETE", "faults");
    },
    settings: async (patch) => {
      await post("settings", patch);
    },
    advance: async (seconds) => {
      await post("clock", { advanceSeconds: seconds });
    },
    get: (path) => call("GET", path),
    post,
  };
}
