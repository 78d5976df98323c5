"""Rights on Kafka, given and taken away: each as `kind:OPERATION:name`, a name with * at its end is a prefix."""

from collections.abc import Iterable

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)  # fmt: skip

from tests.secure.secured_kafka import SecuredKafka


def allow(kafka: SecuredKafka, user: str, rights: Iterable[str]) -> None:
    """The user has these, too."""
    with kafka.admin() as client:
        client.create_acls([_rule(user, right) for right in rights])


def take(kafka: SecuredKafka, user: str, right: str) -> None:
    """The user has it no more."""
    rule = _rule(user, right)
    pattern = rule.resource_pattern
    wanted = ResourcePatternFilter(pattern.resource_type, pattern.resource_name, pattern.pattern_type)
    with kafka.admin() as client:
        client.delete_acls([ACLFilter(rule.principal, "*", rule.operation, ACLPermissionType.ANY, wanted)])


def _rule(user: str, right: str) -> ACL:
    kind, operation, *rest = right.split(":")
    name = rest[0] if rest else "kafka-cluster"
    is_prefix = name.endswith("*") and name != "*"
    pattern = ACLResourcePatternType.PREFIXED if is_prefix else ACLResourcePatternType.LITERAL
    resource = ResourcePattern(
        ResourceType[kind.upper().replace("-", "_")], name.rstrip("*") if is_prefix else name, pattern
    )
    return ACL(f"User:{user}", "*", ACLOperation[operation], ACLPermissionType.ALLOW, resource)
