# Addresses at which programs are told.
webhooks-too-many = A program has at most { $most } addresses; take down those that are not used
webhooks-url-form = This is no address: host, port and path in full, without name, password and #, at most 500 characters
webhooks-url-scheme = The address must begin with https://
webhooks-url-port = The port is 443, or above 1023
webhooks-url-address = This address is none of the public net; nothing is sent there
webhooks-kinds = Please name at least one of: { $known }
