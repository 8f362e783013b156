"""What the account may cost in a month, and when somebody is told."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import budgets

_ALARMS = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))
"""Percent of the budget at which somebody is told; the forecast is AWS's own."""


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """What a budget is made of.

    Args:
        monthly_usd: What the account may cost in a calendar month, in US dollars.
        alarms_topic_arn: Where alarms go.
    """

    monthly_usd: int
    alarms_topic_arn: pulumi.Input[str]


class Budget(pulumi.ComponentResource):
    """A monthly budget over everything in the account; it stops nothing, it tells."""

    def __init__(
        self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Budget", name, {}, opts)
        budgets.Budget(
            f"{name}-monthly",
            name="corebank-monthly",
            budget_type="COST",
            limit_amount=str(args.monthly_usd),
            limit_unit="USD",
            time_unit="MONTHLY",
            notifications=[
                {
                    "comparison_operator": "GREATER_THAN",
                    "threshold": percent,
                    "threshold_type": "PERCENTAGE",
                    "notification_type": kind,
                    "subscriber_sns_topic_arns": [args.alarms_topic_arn],
                }
                for kind, percent in _ALARMS
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
