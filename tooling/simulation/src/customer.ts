/** A user of the template database, with a bank account and nothing yet in the accounts. */
export interface Customer {
  name: string;
  userId: string;
  bankAccountId: string;
}

/** One of the staff. The role says what they may ask for and decide on; two of them are plain operators. */
export interface Operator {
  id: string;
  role: (typeof operatorRoles)[number];
}

export const operatorRoles = [
  "operator",
  "operator",
  "reconciliation_maker",
  "reconciliation_checker",
  "administrator",
] as const;
