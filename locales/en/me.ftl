# My data
me-lead = This is what we keep of you. Where it is wrong, choose “Change”.
me-name = Name
me-year = Year of birth
me-year-of = { $year }
me-year-hint = Four figures, such as 1951.
me-year-too-young = Under 14, please come to the service point with a parent
me-phone = Phone
me-place = Where you live
me-card = Learner card
me-document = Document
me-document-seen = Seen by a member of staff, no copy kept
me-none = Not kept
me-change = Change
me-see = See
me-veteran = You agreed that we keep that you are a veteran.
me-veteran-stop = Stop keeping this
me-weak = Signed in with your card you see only a part. To see and change everything, sign in with your phone number.
me-weak-go = Sign in by phone
me-read = Who looked, who helped
me-read-nobody = No member of staff has looked at your data.
me-read-found-by-phone = { $who } ({ $role }) found you by your phone number
me-read-found-by-card = { $who } ({ $role }) found you by your card
me-read-profile = { $who } ({ $role }) looked at your profile
me-read-document = { $who } ({ $role }) looked at your document
me-read-help = { $who } ({ $role }) looked at your question
me-read-other = { $who } ({ $role }) looked at your data
me-role-staff = staff
me-somebody = A member of staff
me-you-can = You can
me-sessions = See where you are signed in
me-sessions-note = End what you do not know
me-take = Take a copy
me-take-note = Everything we keep of you, as one file
me-complain = Complain about how we use your data
me-complain-note = To the person responsible, with a number and a term
me-leave = I leave, please delete
me-leave-note = First see what is deleted
me-sign-out = Sign out

# Correcting
me-correct = Change name and year of birth
me-checked = Your document was checked. To change name or year of birth, please bring it to the service point.
me-keep = Save
me-place-title = Where do you live?
me-place-lead = As closely as you like, or not at all.
me-place-here = Keep { $place }
me-place-elsewhere = In another province
me-place-none = I would rather not say

# Complaint
me-complaint-words = What went wrong
me-complaint-hint = When, what and who, as far as you remember.
me-complaint-empty = Please write a few words
me-complaint-term = We answer within { $days } days. The answer stands under “My data”.
me-complaint-go = Send to the person responsible

# Leaving
me-leave-title = I leave, please delete
me-leave-lead = What is deleted cannot be brought back. Please read this first.
me-goes = Deleted at once
me-goes-who = Name, phone number, document number: nobody can read them any more, not even in backups.
me-goes-doors = Sign-in, learner card and its PIN stop working.
me-goes-learning = How far you came, what you practised, how you answered.
me-goes-words = What you asked us and what we answered.
me-stays = What stays
me-stays-ledger = The credit ledger and test results, under a bare number without your name, for ever; without them other people's accounts would not add up.
me-stays-certificates = Of certificates issued: number, name, date and status, for verification only, until their retention ends. If you hold none, nothing.
me-stays-records = The record of who did what on which day, without your name or phone number, kept for audits.
me-leave-waiting = { $count } of your questions still wait for an answer. After leaving you will not receive it.
me-leave-again = Later you may register again with the same phone number and start anew. Earlier credits cannot be joined.
me-leave-take = Take a copy first
me-leave-stay = Stay
me-leave-go = I have read it, please delete
me-left-title = All deleted
me-left-lead = You have left. Thank you for learning with us.
me-left-officer = For questions ask { $officer }.
