"""Budgets, in moto, which belong to no region."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Members
from rehearsal.providers.values import Plain

_BUDGET = {"AccountId": "{account}", "BudgetName": "{id}"}


def _send(inputs: Plain) -> Plain:
    """The provider lays the limit flat."""
    limit = {"amount": inputs["limitAmount"], "unit": inputs["limitUnit"]}
    rest = {key: inputs[key] for key in ("budgetType", "timeUnit") if key in inputs}
    return {"budget": {**rest, "budgetName": inputs["name"], "budgetLimit": limit}}


def _receive(answer: Plain) -> Plain:
    limit: Plain = answer["BudgetLimit"]
    return {
        "limitAmount": limit["Amount"],
        "limitUnit": limit["Unit"],
        "name": answer["BudgetName"],
    }


def _notification(declared: Plain) -> list[Plain]:
    """A declared notification as the API has it; who gets it moto does not tell."""
    return [
        {
            "NotificationType": declared["notificationType"],
            "ComparisonOperator": declared["comparisonOperator"],
            "Threshold": float(declared["threshold"]),
            "ThresholdType": declared["thresholdType"],
        }
    ]


def _declared(told: list[Plain]) -> list[Plain]:
    return [{key[0].lower() + key[1:]: value for key, value in each.items()} for each in told]


ROWS = (
    ApiResource(
        type="aws:budgets/budget:Budget",
        service="budgets",
        create_by=Call("CreateBudget", {"AccountId": "{account}"}),
        id="{name}",
        read_by=Call("DescribeBudget", _BUDGET, "Budget"),
        delete_by=(Call("DeleteBudget", _BUDGET),),
        members=(
            Members(
                name="notifications",
                told_by=Call("DescribeNotificationsForBudget", _BUDGET, "Notifications"),
                live=lambda told: list(told or ()),
                api=_notification,
                words=_declared,
                add=Call(
                    "CreateNotification",
                    {
                        **_BUDGET,
                        "Notification": "{member}",
                        # Whom the first one tells, since what moto tells again names nobody.
                        "Subscribers": [
                            {
                                "SubscriptionType": "SNS",
                                "Address": "{notifications[0].subscriberSnsTopicArns[0]}",
                            }
                        ],
                    },
                ),
                remove=Call("DeleteNotification", {**_BUDGET, "Notification": "{member}"}),
            ),
        ),
        # moto's budgets take no tags.
        local=("tags",),
        send=_send,
        receive=_receive,
        computed={"arn": "arn:aws:budgets::{account}:budget/{id}"},
        replaces=("name",),
        autoname="name",
    ),
)
