// What programs are told, for the list of all pages.

/** Pattern, then addresses to be opened. */
export const VISITOR = {
  '/api/v1/problems/{code}': ['/api/v1/problems/invalid', '/api/v1/problems/not-allowed'],
};

/** Answered to GET, and not a page. */
export const NO_PAGES = [
  '/api/v1/recognitions/{id}', '/api/v1/webhooks', '/api/v1/webhooks/{id}', '/api/v1/webhooks/{id}/deliveries',
  '/ims/case/v1p1/CFDocuments', '/ims/case/v1p1/CFDocuments/{id}', '/ims/case/v1p1/CFPackages/{id}', '/ims/case/v1p1/CFItems/{id}',
  '/ims/case/v1p1/CFItemAssociations/{id}', '/ims/case/v1p1/CFAssociations/{id}', '/ims/case/v1p1/CFItemTypes/{id}',
  '/ims/case/v1p1/CFSubjects/{id}', '/ims/case/v1p1/CFLicenses/{id}',
];
