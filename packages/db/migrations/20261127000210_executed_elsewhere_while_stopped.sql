-- While no money may leave, nobody takes the right to execute. That somebody has executed a payout at Revio all the same must be
-- booked even then, or the withdrawal would look as if nothing had left: only the state that comes before our own order is refused.
DROP TRIGGER revio_payouts_stopped ON revio_payouts;
CREATE TRIGGER revio_payouts_stopped BEFORE UPDATE ON revio_payouts FOR EACH ROW
  WHEN (OLD.execute_sent_at IS NULL AND NEW.execute_sent_at IS NOT NULL AND NEW.state = 'execute_sent') EXECUTE FUNCTION refuse_while_stopped();
