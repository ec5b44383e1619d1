//! Tables `webhook` and `webhook_delivery`.

pub(in crate::webhooks) mod deliveries;
pub(in crate::webhooks) mod hooks;
