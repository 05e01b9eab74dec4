//! The question that a run illustrates, such as that of a plan, with what is said about how sure its answer is.

use std::error::Error;

use minijinja::{Value, context};

use crate::answer::quantities::{mean_or_never, quantity};
use crate::report::draw::Picture;
use crate::report::page::pictures;
use crate::report::run::plots::{PLOTS, interval};
use crate::report::run::results::{Effect, MissedDay, Purpose, Results, RiskPoint, TradeOffPoint};

/// The maximum number of missed days that are shown; the table has all.
const MOST_DAYS: usize = 30;

/// The names of the pictures that a page embeds: those of the purpose.
const EMBEDDED: [&str; 2] = ["risk", "trade-off"];

/// The purpose, for the template.
pub(super) fn purpose(of: &Purpose, results: &Results<'_>) -> Result<Value, Box<dyn Error>> {
    let command = shlex::try_join(of.command.iter().map(String::as_str))?;
    let own = PLOTS.iter().filter(|plot| EMBEDDED.contains(&plot.name()) && plot.applies(results));
    let drawn = own.map(|plot| {
        let drawing = plot.draw(results)?;
        Ok(Picture::new(plot.name().into(), plot.caption().into(), drawing))
    });
    let drawn: Vec<Picture> = drawn.collect::<Result<_, String>>()?;
    let (embedded, _) = pictures(&drawn);
    let front = of.trade_off.iter().filter(|at| at.is_on_front);
    // Where only one candidate was tried, nothing is said about risk and cost.
    let is_judged = !of.missed.is_empty() || of.risk.len() > 1 || !embedded.is_empty();
    Ok(context! {
        question => of.question.as_str(),
        answer => of.answer.as_str(),
        command,
        targets => &of.targets,
        sites => &of.sites,
        effects => of.effects.iter().map(effect).collect::<Vec<_>>(),
        missed => of.missed.iter().take(MOST_DAYS).map(missed).collect::<Vec<_>>(),
        missed_beside => of.missed.len().saturating_sub(MOST_DAYS),
        risk => of.risk.iter().map(risk).collect::<Vec<_>>(),
        trade_off => front.map(trade_off).collect::<Vec<_>>(),
        is_judged,
        pictures => embedded,
    })
}

fn effect(at: &Effect) -> Value {
    context! {
        metric => at.metric.as_str(),
        label => at.label.as_str(),
        before => at.before.as_str(),
        after => at.after.as_str(),
        outcome => at.outcome.as_str(),
    }
}

fn missed(at: &MissedDay) -> Value {
    context! { day => at.day, values => &at.values, cause => at.cause.as_str() }
}

fn risk(at: &RiskPoint) -> Value {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let ends = interval(at).map(|(low, high)| format!("{} to {}", percent(low), percent(high)));
    context! {
        update_agents => at.update_agents,
        days => at.days,
        missed => at.missed,
        share => percent(f64::from(at.missed) / f64::from(at.days.max(1))),
        interval => ends,
    }
}

fn trade_off(at: &TradeOffPoint) -> Value {
    context! {
        cost => quantity("cost", at.cost),
        time => mean_or_never("s", at.protected_s),
        update_agents => at.update_agents,
        option => format!("{} {}", at.option, at.levers).trim_end(),
    }
}
