import type { Random } from "../random.ts";

/** Cards drawn in an order that the seed decides; all are drawn before any comes again. */
export class Deck<Card> {
  readonly #cards: readonly Card[];
  readonly #random: Random;
  #left: Card[] = [];

  constructor(cards: readonly Card[], random: Random) {
    this.#cards = cards;
    this.#random = random;
  }

  /** @returns the next card that fits; those that do not stay in the deck. Undefined if none fits. */
  draw(fits: (card: Card) => boolean): Card | undefined {
    if (!this.#left.some(fits)) this.#left = this.#shuffle();
    const index = this.#left.findIndex(fits);
    return index < 0 ? undefined : this.#left.splice(index, 1)[0];
  }

  #shuffle(): Card[] {
    const cards = [...this.#cards];
    for (let last = cards.length - 1; last > 0; last -= 1) {
      const other = this.#random.between(0, last);
      [cards[last], cards[other]] = [cards[other] as Card, cards[last] as Card];
    }
    return cards;
  }
}
