import { router } from "../init.ts";
import { get as getBalance } from "./balance/get.ts";
import { add as addBankAccount } from "./bank-account/add.ts";
import { list as listBankAccounts } from "./bank-account/list.ts";
import { remove as removeBankAccount } from "./bank-account/remove.ts";
import { cancel as cancelDeposit } from "./deposit/cancel.ts";
import { create as createDeposit } from "./deposit/create.ts";
import { get as getDeposit } from "./deposit/get.ts";
import { list as listDeposits } from "./deposit/list.ts";
import { list as listSessions } from "./session/list.ts";
import { refresh } from "./session/refresh.ts";
import { signIn } from "./session/sign-in.ts";
import { signOut } from "./session/sign-out.ts";
import { signOutEverywhere } from "./session/sign-out-everywhere.ts";
import { confirm as confirmTotp } from "./totp/confirm.ts";
import { disable as disableTotp } from "./totp/disable.ts";
import { start as startTotp } from "./totp/start.ts";
import { get as getTransaction } from "./transaction/get.ts";
import { list as listTransactions } from "./transaction/list.ts";
import { onUpdate } from "./transaction/on-update.ts";
import { changePassword } from "./user/change-password.ts";
import { me } from "./user/me.ts";
import { register } from "./user/register.ts";
import { cancel as cancelWithdrawal } from "./withdrawal/cancel.ts";
import { create as createWithdrawal } from "./withdrawal/create.ts";
import { get as getWithdrawal } from "./withdrawal/get.ts";

/** Everything that a partner's app may call, under /trpc. */
export const partnerRouter = router({
  user: router({ register, me, changePassword }),
  session: router({ signIn, refresh, signOut, signOutEverywhere, list: listSessions }),
  totp: router({ start: startTotp, confirm: confirmTotp, disable: disableTotp }),
  bankAccount: router({
    add: addBankAccount,
    list: listBankAccounts,
    remove: removeBankAccount,
  }),
  balance: router({ get: getBalance }),
  deposit: router({
    create: createDeposit,
    get: getDeposit,
    cancel: cancelDeposit,
    list: listDeposits,
  }),
  withdrawal: router({
    create: createWithdrawal,
    get: getWithdrawal,
    cancel: cancelWithdrawal,
  }),
  transaction: router({ list: listTransactions, get: getTransaction, onUpdate }),
});

export type PartnerRouter = typeof partnerRouter;
