//! For programs of agencies; frameworks for other systems.

use super::Access::{AgencyClient, Public};
use super::{RouteEntry, reading};
use crate::{api, conformance, open};
use actix_web::web;

pub(super) const API: &[RouteEntry] = &[
    get!("/api/v1/problems/{code}", Public, api::problem_kind),
    // programs of agencies: the first of two
    post!("/api/v1/recognitions", AgencyClient, api::bring_recognition),
    get!("/api/v1/recognitions/{id}", AgencyClient, api::recognition),
    get!("/api/v1/webhooks", AgencyClient, api::webhook_list),
    post!("/api/v1/webhooks", AgencyClient, api::add_webhook),
    get!("/api/v1/webhooks/{id}", AgencyClient, api::webhook),
    delete!("/api/v1/webhooks/{id}", AgencyClient, api::remove_webhook),
    post!("/api/v1/webhooks/{id}/secret", AgencyClient, api::change_webhook_secret),
    get!("/api/v1/webhooks/{id}/deliveries", AgencyClient, api::webhook_deliveries),
    // certificates: whether one is good, for anybody; those of an agency for its programs
    post!("/api/v1/verifications", Public, api::verify_certificate),
    get!("/api/v1/certificates", AgencyClient, api::certificate_list),
    post!("/api/v1/certificates/{number}/suspensions", AgencyClient, api::suspend_certificate),
    post!("/api/v1/certificates/{number}/revocations", AgencyClient, api::revoke_certificate),
    get!("/api/v1/requests/{id}", AgencyClient, api::certificate_request),
    post!("/api/v1/statements", AgencyClient, api::statement),
    // runs of conformance, off unless they are switched on: a signer that nobody believes
    post!("/api/vc/credentials/issue", Public, conformance::issue),
    post!("/api/vc/credentials/verify", Public, conformance::verify_credential),
    post!("/api/vc/presentations/verify", Public, conformance::verify_presentation),
    // the curriculum as a framework (CASE 1.1)
    get!("/ims/case/v1p1/CFDocuments", Public, open::case_documents),
    get!("/ims/case/v1p1/CFDocuments/{id}", Public, open::case_document),
    get!("/ims/case/v1p1/CFPackages/{id}", Public, open::case_package),
    get!("/ims/case/v1p1/CFItems/{id}", Public, open::case_item),
    get!("/ims/case/v1p1/CFItemAssociations/{id}", Public, open::case_item_associations),
    get!("/ims/case/v1p1/CFAssociations/{id}", Public, open::case_association),
    get!("/ims/case/v1p1/CFItemTypes/{id}", Public, open::case_item_types),
    get!("/ims/case/v1p1/CFSubjects/{id}", Public, open::case_subjects),
    get!("/ims/case/v1p1/CFLicenses/{id}", Public, open::case_licence),
];
