import type { BankAccountRow, BankAccountType } from "@revio-wallet/db/sql/bank-accounts";

/** Where a user's withdrawals go. The number shows only its last four digits. */
export interface BankAccount {
  id: string;
  bankName: string;
  branchCode: string;
  accountType: BankAccountType;
  /** "•••• 5678" */
  maskedAccountNumber: string;
  createdAt: Date;
}

export function toBankAccount(row: BankAccountRow): BankAccount {
  const { id, bankName, branchCode, accountType, createdAt } = row;
  return {
    id,
    bankName,
    branchCode,
    accountType,
    maskedAccountNumber: `•••• ${row.lastFour}`,
    createdAt,
  };
}
