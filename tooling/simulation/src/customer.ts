/** A user of the template database, with a bank account and nothing yet in the accounts. */
export interface Customer {
  name: string;
  userId: string;
  bankAccountId: string;
}

/** An operator who may decide on withdrawals and shut users out. */
export interface Operator {
  id: string;
}
