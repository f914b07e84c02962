"""What would keep a product out that no list put forward: for the owner who asks for it by name."""

from personalization.recommend.bought import ever_bought
from personalization.recommend.choosing import hidden_ids
from personalization.recommend.context import Context
from personalization.recommend.obey import obeyed
from personalization.recommend.rules.apply import against, in_force
from personalization.recommend.rules.around import needed_facts, surroundings
from personalization.recommend.rules.rule import Action, Rules
from personalization.recommend.rules.trace import Step
from personalization.recommend.strategies.strategy import Candidate, Strategy


def kept_out(product_id: int, context: Context, *, own: Strategy, rules: Rules) -> Step | None:
    """The step at which it would go, in the order of a choice; None if nothing is against it."""
    if product_id in hidden_ids(own, context) or (own.only_unbought and product_id in ever_bought(context)):
        return Step(product_id, "hidden")
    if not obeyed([Candidate(product_id, 0.0)], context):
        return Step(product_id, "preferences")
    needed = needed_facts(context, rules)
    facts = context.tables.facts({product_id} | needed)
    around = surroundings(context, rules, facts)
    said = in_force(rules, around)
    rule = against(
        product_id, never=said.of(Action.NEVER), only=said.of(Action.ONLY), facts=facts, around=around
    )  # fmt: skip
    return Step(product_id, "rule", rule=rule) if rule else None
