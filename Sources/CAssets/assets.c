// The files of lua/, read by the compiler: a change there rebuilds this file. A new script is added
// in two places, its bytes and its row in the table; a test compares the table with the folder.
#include "assets.h"

static const unsigned char blob_claim[] = {
#embed "../../lua/blob_claim.lua"
};
static const unsigned char blob_claim_known[] = {
#embed "../../lua/blob_claim_known.lua"
};
static const unsigned char blob_condemn[] = {
#embed "../../lua/blob_condemn.lua"
};
static const unsigned char blob_forget[] = {
#embed "../../lua/blob_forget.lua"
};
static const unsigned char blob_release[] = {
#embed "../../lua/blob_release.lua"
};
static const unsigned char file_add[] = {
#embed "../../lua/file_add.lua"
};
static const unsigned char file_count[] = {
#embed "../../lua/file_count.lua"
};
static const unsigned char file_delete[] = {
#embed "../../lua/file_delete.lua"
};
static const unsigned char file_deleted[] = {
#embed "../../lua/file_deleted.lua"
};
static const unsigned char file_find[] = {
#embed "../../lua/file_find.lua"
};
static const unsigned char file_list[] = {
#embed "../../lua/file_list.lua"
};
static const unsigned char file_mend[] = {
#embed "../../lua/file_mend.lua"
};
static const unsigned char file_sum[] = {
#embed "../../lua/file_sum.lua"
};
static const unsigned char file_view[] = {
#embed "../../lua/file_view.lua"
};
static const unsigned char include_holders[] = {
#embed "../../lua/include/holders.lua"
};
static const unsigned char include_page[] = {
#embed "../../lua/include/page.lua"
};
static const unsigned char include_session[] = {
#embed "../../lua/include/session.lua"
};
static const unsigned char invite_create[] = {
#embed "../../lua/invite_create.lua"
};
static const unsigned char invite_take[] = {
#embed "../../lua/invite_take.lua"
};
static const unsigned char login_failed[] = {
#embed "../../lua/login_failed.lua"
};
static const unsigned char orphan_settle[] = {
#embed "../../lua/orphan_settle.lua"
};
static const unsigned char password_change[] = {
#embed "../../lua/password_change.lua"
};
static const unsigned char picture_browse[] = {
#embed "../../lua/picture_browse.lua"
};
static const unsigned char picture_bury[] = {
#embed "../../lua/picture_bury.lua"
};
static const unsigned char picture_cancel[] = {
#embed "../../lua/picture_cancel.lua"
};
static const unsigned char picture_create[] = {
#embed "../../lua/picture_create.lua"
};
static const unsigned char picture_list[] = {
#embed "../../lua/picture_list.lua"
};
static const unsigned char picture_mend[] = {
#embed "../../lua/picture_mend.lua"
};
static const unsigned char picture_peek[] = {
#embed "../../lua/picture_peek.lua"
};
static const unsigned char picture_share[] = {
#embed "../../lua/picture_share.lua"
};
static const unsigned char include_rate[] = {
#embed "../../lua/include/rate.lua"
};
static const unsigned char password_set[] = {
#embed "../../lua/password_set.lua"
};
static const unsigned char password_upgrade[] = {
#embed "../../lua/password_upgrade.lua"
};
static const unsigned char rate_take[] = {
#embed "../../lua/rate_take.lua"
};
static const unsigned char rate_take_user[] = {
#embed "../../lua/rate_take_user.lua"
};
static const unsigned char session_check[] = {
#embed "../../lua/session_check.lua"
};
static const unsigned char session_create[] = {
#embed "../../lua/session_create.lua"
};
static const unsigned char session_end[] = {
#embed "../../lua/session_end.lua"
};
static const unsigned char session_list[] = {
#embed "../../lua/session_list.lua"
};
static const unsigned char session_renew[] = {
#embed "../../lua/session_renew.lua"
};
static const unsigned char session_revoke[] = {
#embed "../../lua/session_revoke.lua"
};
static const unsigned char share_claim[] = {
#embed "../../lua/share_claim.lua"
};
static const unsigned char share_drop[] = {
#embed "../../lua/share_drop.lua"
};
static const unsigned char share_flag[] = {
#embed "../../lua/share_flag.lua"
};
static const unsigned char share_list[] = {
#embed "../../lua/share_list.lua"
};
static const unsigned char share_mend[] = {
#embed "../../lua/share_mend.lua"
};
static const unsigned char share_rank[] = {
#embed "../../lua/share_rank.lua"
};
static const unsigned char share_view[] = {
#embed "../../lua/share_view.lua"
};
static const unsigned char user_create[] = {
#embed "../../lua/user_create.lua"
};
static const unsigned char user_delete[] = {
#embed "../../lua/user_delete.lua"
};
static const unsigned char user_disable[] = {
#embed "../../lua/user_disable.lua"
};

// The variable's name is the script's, so that the two cannot be mixed up.
#define SCRIPT(script) {#script, script, sizeof script}
#define INCLUDE(part) {"include/" #part, include_##part, sizeof include_##part}

static const struct picbed_asset scripts[] = {
  SCRIPT(blob_claim),
  SCRIPT(blob_claim_known),
  SCRIPT(blob_condemn),
  SCRIPT(blob_forget),
  SCRIPT(blob_release),
  SCRIPT(file_add),
  SCRIPT(file_count),
  SCRIPT(file_delete),
  SCRIPT(file_deleted),
  SCRIPT(file_find),
  SCRIPT(file_list),
  SCRIPT(file_mend),
  SCRIPT(file_sum),
  SCRIPT(file_view),
  INCLUDE(holders),
  INCLUDE(page),
  INCLUDE(rate),
  INCLUDE(session),
  SCRIPT(invite_create),
  SCRIPT(invite_take),
  SCRIPT(login_failed),
  SCRIPT(orphan_settle),
  SCRIPT(password_change),
  SCRIPT(password_set),
  SCRIPT(password_upgrade),
  SCRIPT(picture_browse),
  SCRIPT(picture_bury),
  SCRIPT(picture_cancel),
  SCRIPT(picture_create),
  SCRIPT(picture_list),
  SCRIPT(picture_mend),
  SCRIPT(picture_peek),
  SCRIPT(picture_share),
  SCRIPT(rate_take),
  SCRIPT(rate_take_user),
  SCRIPT(session_check),
  SCRIPT(session_create),
  SCRIPT(session_end),
  SCRIPT(session_list),
  SCRIPT(session_renew),
  SCRIPT(session_revoke),
  SCRIPT(share_claim),
  SCRIPT(share_drop),
  SCRIPT(share_flag),
  SCRIPT(share_list),
  SCRIPT(share_mend),
  SCRIPT(share_rank),
  SCRIPT(share_view),
  SCRIPT(user_create),
  SCRIPT(user_delete),
  SCRIPT(user_disable),
};

const size_t picbed_script_count = sizeof scripts / sizeof scripts[0];

const struct picbed_asset *picbed_script_at(size_t index) {
  return &scripts[index];
}
