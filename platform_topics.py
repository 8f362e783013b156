"""The topics the platform itself owns.

Audit events tell what people and workloads did to the platform: logins, changes of access,
deployments. No business line causes them, and none may be able to write or alter them, so a
banking domain as owner would be untrue and would hand that domain the right to write its own
audit trail. The platform declares the topic here and is its owner under the name
``domains.PLATFORM``. The domains' own topics are in ``domains``.
"""

from domains import Topic

PLATFORM_TOPICS: tuple[Topic, ...] = (
    Topic(name="corebank.operations.audits.v1", keyed_by="eventId", archived=True),
)
