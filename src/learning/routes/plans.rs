//! 还差什么: what is missing for a certificate. For visitors too, by what their browser keeps of their choice.

use actix_web::web::{Data, Path};

use super::find::Answer;
use crate::curriculum::Shelf;
use crate::curriculum::model::CertificateRule;
use crate::error::AppError;
use crate::learning::certificate_plan::{Asker, plan_for, planned};
use crate::learning::holdings::{Holdings, to_refresh};
use crate::learning::views::{PlanPage, PlanSheetPage, PlansPage, Sheet};
use crate::learning::{Marks, Reader, service};
use crate::recognition::{self, Levels};
use crate::web::{House, Ui, html};

/// What the plans of one person are made of.
struct Kept {
    marks: Marks,
    holdings: Holdings,
}

impl Kept {
    /// No statement for a visitor; for who is signed in progress and passbook, each read once.
    async fn of(house: &House, shelf: &Shelf, reader: &Reader) -> Result<Self, AppError> {
        let rule = shelf.credit_rule();
        let least = Levels::from_values(rule.creditable_identity_level, rule.creditable_supervision_level);
        let least = least.ok_or(recognition::Error::BadTerms)?;
        let holdings = match reader.acting() {
            Some(acting) => service::holdings_of(house.db.read(), acting, least).await?,
            None => Holdings::default(),
        };
        let marks = Marks {
            progress: reader.progress(house, shelf).await?,
            // What is being looked into was completed all the same.
            completed: holdings.courses.keys().copied().collect(),
            groups: reader.chosen.lesson_groups(&shelf.start_points().points),
        };
        Ok(Self { marks, holdings })
    }

    fn asker<'a>(&'a self, reader: &'a Reader) -> Asker<'a> {
        Asker { chosen: &reader.chosen, marks: &self.marks, holdings: &self.holdings }
    }
}

fn find<'s>(shelf: &'s Shelf, certificate: &str) -> Result<&'s CertificateRule, AppError> {
    planned(shelf).find(|rule| rule.id == certificate).ok_or(AppError::NotFound)
}

/// `GET /plan`: the certificates, and how far one is from each.
///
/// # Errors
/// What the database answers.
pub async fn plans(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf) -> Answer {
    let kept = Kept::of(&house, &shelf, &reader).await?;
    let plans: Vec<_> = planned(&shelf).map(|rule| plan_for(&shelf, rule, kept.asker(&reader))).collect();
    html(&PlansPage::new(reader.page(&house, ui), &plans))
}

/// `GET /plan/{certificate}`: what is missing for one, the shortest way first.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such certificate; what the database answers.
pub async fn plan(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf, certificate: Path<String>) -> Answer {
    let rule = find(&shelf, &certificate)?;
    let kept = Kept::of(&house, &shelf, &reader).await?;
    let plan = plan_for(&shelf, rule, kept.asker(&reader));
    let refresh = to_refresh(&shelf.edition().manifest.refresh, &kept.holdings, house.clock().now().day());
    html(&PlanPage::new(reader.page(&house, ui), &shelf, &plan, &kept.marks, &refresh))
}

/// `GET /plan/{certificate}/print`: the same on one sheet of paper, in large letters.
///
/// # Errors
/// As [`plan`].
pub async fn plan_sheet(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf, certificate: Path<String>) -> Answer {
    let rule = find(&shelf, &certificate)?;
    let kept = Kept::of(&house, &shelf, &reader).await?;
    let plan = plan_for(&shelf, rule, kept.asker(&reader));
    let name = reader.session.as_ref().map(|session| session.name.as_str());
    let sheet = Sheet { name, today: house.clock().now().day() };
    html(&PlanSheetPage::new(reader.page(&house, ui), &shelf, &plan, sheet))
}
