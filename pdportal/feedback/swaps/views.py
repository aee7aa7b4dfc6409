"""The pages on which one offers to change a review, and answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.feedback.reviews import policy as review_policy
from pdportal.feedback.reviews.queries import own_review
from pdportal.feedback.swaps import policy, services
from pdportal.feedback.swaps.models import Swap
from pdportal.feedback.swaps.queries import swaps_for
from pdportal.feedback.views import bp, show
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.requests import typed, typed_number


@bp.route("/reviews/<int:review_id>/swap", methods=["GET", "POST"])
def offer_swap(review_id: int) -> ResponseReturnValue:
    """Whose review one could take in place of one's own."""
    review = one_or_404(own_review(me(), review_id))
    if not review_policy.may_review(me(), review):  # what they may read of it ended with that
        return redirect(url_for(".review_page", review_id=review.id))
    status = 200
    if request.method == "POST":
        try:
            services.offer(me(), review, typed_number("other"))
        except Refused as refused:
            show(refused)
            status = 422
        else:
            flash(_("Offered. Until they say yes, the review stays with you."), "success")
            return redirect(url_for(".review_page", review_id=review.id))
    return render_template(
        "feedback/offer_swap.html", review=review, others=swaps_for(review)
    ), status


@bp.route("/swaps/<int:swap_id>", methods=["GET", "POST"])
def swap(swap_id: int) -> ResponseReturnValue:
    """What somebody offers to take, and what one would get."""
    swap = one_or_404(policy.swaps_offered_to(me()).where(Swap.id == swap_id))
    if request.method == "GET":
        return render_template(
            "feedback/swap.html", swap=swap, fits=swap.theirs in swaps_for(swap.mine)
        )
    yes = typed("answer") == "yes"
    services.answer(me(), swap, yes=yes)
    flash(_("Swapped. The other review waits for you now.") if yes else _("It stays as it was."))
    return redirect(url_for(".index"))
