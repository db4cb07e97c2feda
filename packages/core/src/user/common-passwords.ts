/**
 * Words and runs that guessing programs try first, drawn from what leaked password lists have in common. At 15
 * characters and more, people chain them, so they are taken out of a password before its rest is judged.
 */
export const commonPasswordWords: readonly string[] = `
  password passwort passphrase pass word letmein welcome admin administrator login signin secret
  secure security changeme change default guest root user username test testing tester example
  sample temp temporary hello world iloveyou iloveu love lover loveme sunshine princess prince
  angel monkey dragon master shadow superman batman spiderman pokemon naruto football baseball
  basketball soccer rugby cricket hockey liverpool arsenal chelsea barcelona manchester united
  chiefs pirates springbok springboks bokke southafrica africa mzansi johannesburg joburg
  capetown durban pretoria soweto summer winter spring autumn monday tuesday wednesday thursday
  friday saturday sunday january february march april may june july august september october
  november december morning christmas birthday happy michael jennifer jordan michelle daniel
  jessica charlie ashley nicole thomas robert joshua matthew andrew anthony hannah samantha
  thabo sipho lerato thando precious blessing blessed jesus christ jesuschrist godisgood god
  lord amen faith family mother mommy daddy father baby sister computer internet google facebook
  instagram whatsapp microsoft windows apple samsung android iphone money cash bank banking
  online account rand million millionaire diamond golden gold silver purple orange yellow banana
  cookie chocolate pepper ginger flower butterfly freedom whatever trustno starwars mercedes
  ferrari porsche toyota corvette mustang harley killer hunter ranger buster tigger tiger lion
  maggie bailey buddy qwerty qwertyuiop qwertz azerty asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm
  qazwsx qazwsxedc 1qaz 2wsx 3edc 4rfv zaq1 xsw2 q1w2e3r4t5y6 q1w2e3r4 1q2w3e4r5t6y 1q2w3e4r5t
  1q2w3e4r 1q2w3e a1b2c3d4 a1b2c3 abc123 123qwe qwe123
`
  .trim()
  .split(/\s+/);

/** Passwords that are long and still known to everybody. */
export const commonPassphrases: readonly string[] = [
  "correct horse battery staple",
  "the quick brown fox jumps over the lazy dog",
  "the quick brown fox",
  "to be or not to be that is the question",
  "i am not a robot",
  "this is my password",
  "this is a password",
  "my voice is my passport",
  "may the force be with you",
  "live long and prosper",
  "never gonna give you up",
  "nkosi sikelel iafrika",
  "thequickbrownfoxjumps",
  "supercalifragilisticexpialidocious",
  "dont worry be happy",
  "open sesame open sesame",
].map((phrase) => phrase.replaceAll(" ", ""));
