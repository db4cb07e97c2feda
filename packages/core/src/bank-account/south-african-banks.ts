/**
 * Universal branch codes: one code reaches every branch of the bank. Other six-digit branch codes are real too (each
 * bank has hundreds), so they are accepted without a name.
 */
export const southAfricanBanks = [
  { name: "ABSA", branchCode: "632005" },
  { name: "African Bank", branchCode: "430000" },
  { name: "Bank Zero", branchCode: "888000" },
  { name: "Bidvest Bank", branchCode: "462005" },
  { name: "Capitec", branchCode: "470010" },
  { name: "Discovery Bank", branchCode: "679000" },
  { name: "FNB", branchCode: "250655" },
  { name: "Investec", branchCode: "580105" },
  { name: "Nedbank", branchCode: "198765" },
  { name: "Sasfin Bank", branchCode: "683000" },
  { name: "Standard Bank", branchCode: "051001" },
  { name: "TymeBank", branchCode: "678910" },
] as const;

/** Name of the bank behind a branch code; "Other" for a branch code that is not universal. */
export function bankName(branchCode: string): string {
  return southAfricanBanks.find((bank) => bank.branchCode === branchCode)?.name ?? "Other";
}
