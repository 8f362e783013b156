# What delivery may do in Vault: make and change what the program declares, by name.
#
# It reads no secret, takes no credentials, issues no certificate, uses no key. It does not switch audit
# off, nor delete an engine, a login, a key or an authority: what is lost with these is people's to give up.
# "sudo" stands where Vault asks for it and nowhere else. A new engine, login or device needs a line here,
# written by people with a root token; a new domain needs none.
#
# Held to what the program declares by tests/test_rehearsal_delivery_policy.py.

# Itself
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/revoke-self" {
  capabilities = ["update"]
}

# Audit
path "sys/audit" {
  capabilities = ["read", "sudo"]
}

path "sys/audit/file" {
  capabilities = ["create", "update", "sudo"]
}

path "sys/audit/socket" {
  capabilities = ["create", "update", "sudo"]
}

# Limits
path "sys/quotas/rate-limit/requests" {
  capabilities = ["create", "read", "update", "delete"]
}

path "sys/quotas/rate-limit/logins" {
  capabilities = ["create", "read", "update", "delete"]
}

# Policies, but not its own, nor what every token has
path "sys/policies/acl/+" {
  capabilities = ["create", "read", "update", "delete"]
}

path "sys/policies/acl/default" {
  capabilities = ["deny"]
}

path "sys/policies/acl/delivery" {
  capabilities = ["deny"]
}

# Logins of workloads and people
path "sys/auth" {
  capabilities = ["read"]
}

path "sys/auth/kubernetes" {
  capabilities = ["create", "read", "update", "sudo"]
}

path "sys/auth/kubernetes/tune" {
  capabilities = ["read", "update", "sudo"]
}

path "auth/kubernetes/config" {
  capabilities = ["create", "read", "update"]
}

path "auth/kubernetes/role/+" {
  capabilities = ["create", "read", "update", "delete"]
}

path "sys/auth/people" {
  capabilities = ["create", "read", "update", "sudo"]
}

path "sys/auth/people/tune" {
  capabilities = ["read", "update", "sudo"]
}

path "auth/people/config" {
  capabilities = ["create", "read", "update"]
}

path "auth/people/role/+" {
  capabilities = ["create", "read", "update", "delete"]
}

# Engines
path "sys/mounts" {
  capabilities = ["read"]
}

path "sys/mounts/corebank" {
  capabilities = ["create", "read", "update"]
}

path "sys/mounts/corebank/tune" {
  capabilities = ["read", "update"]
}

path "sys/mounts/transit" {
  capabilities = ["create", "read", "update"]
}

path "sys/mounts/transit/tune" {
  capabilities = ["read", "update"]
}

path "sys/mounts/pki" {
  capabilities = ["create", "read", "update"]
}

path "sys/mounts/pki/tune" {
  capabilities = ["read", "update"]
}

path "sys/mounts/database" {
  capabilities = ["create", "read", "update"]
}

path "sys/mounts/database/tune" {
  capabilities = ["read", "update"]
}

path "sys/mounts/evidence" {
  capabilities = ["create", "read", "update"]
}

path "sys/mounts/evidence/tune" {
  capabilities = ["read", "update"]
}

# Keys: none that can be taken out or copied
path "transit/keys/+" {
  capabilities = ["create", "read", "update"]
  allowed_parameters = {
    "exportable"             = [false]
    "allow_plaintext_backup" = [false]
    "*"                      = []
  }
}

path "transit/keys/+/config" {
  capabilities = ["create", "update"]
  allowed_parameters = {
    "exportable"             = [false]
    "allow_plaintext_backup" = [false]
    "*"                      = []
  }
}

# Certificates
path "pki/root/generate/internal" {
  capabilities = ["create", "update"]
}

path "pki/issuers" {
  capabilities = ["list", "read"]
}

path "pki/issuer/+" {
  capabilities = ["read"]
}

path "pki/roles/+" {
  capabilities = ["create", "read", "update", "delete"]
}

# Databases: the way there, without its password
path "database/config/corebank" {
  capabilities = ["create", "read", "update", "delete"]
  denied_parameters = {
    "password" = []
  }
}

path "database/roles/+" {
  capabilities = ["create", "read", "update", "delete"]
}

# Sessions at the evidence store
path "evidence/roles/+" {
  capabilities = ["create", "read", "update", "delete"]
}

# Refused even beside another policy that allows it
path "auth/delivery/*" {
  capabilities = ["deny"]
}

path "sys/auth/delivery" {
  capabilities = ["deny"]
}

path "sys/auth/delivery/*" {
  capabilities = ["deny"]
}

path "sys/generate-root/*" {
  capabilities = ["deny"]
}

path "sys/plugins/*" {
  capabilities = ["deny"]
}

path "sys/raw/*" {
  capabilities = ["deny"]
}

path "sys/rekey/*" {
  capabilities = ["deny"]
}

path "sys/rekey-recovery-key/*" {
  capabilities = ["deny"]
}
