// The files of Sources/WebUI/client/, read by the compiler like the scripts in assets.c. A new file is
// added in two places, its bytes and its row in the table; a test compares the table with the folder.
#include "assets.h"

static const unsigned char index_html[] = {
#embed "../WebUI/client/index.html"
};
static const unsigned char account_js[] = {
#embed "../WebUI/client/account.js"
};
static const unsigned char api_js[] = {
#embed "../WebUI/client/api.js"
};
static const unsigned char app_css[] = {
#embed "../WebUI/client/app.css"
};
static const unsigned char app_js[] = {
#embed "../WebUI/client/app.js"
};
static const unsigned char boot_js[] = {
#embed "../WebUI/client/boot.js"
};
static const unsigned char dialog_js[] = {
#embed "../WebUI/client/dialog.js"
};
static const unsigned char dom_js[] = {
#embed "../WebUI/client/dom.js"
};
static const unsigned char drop_js[] = {
#embed "../WebUI/client/drop.js"
};
static const unsigned char en_js[] = {
#embed "../WebUI/client/en.js"
};
static const unsigned char file_actions_js[] = {
#embed "../WebUI/client/file-actions.js"
};
static const unsigned char file_card_js[] = {
#embed "../WebUI/client/file-card.js"
};
static const unsigned char files_js[] = {
#embed "../WebUI/client/files.js"
};
static const unsigned char format_js[] = {
#embed "../WebUI/client/format.js"
};
static const unsigned char gallery_js[] = {
#embed "../WebUI/client/gallery.js"
};
static const unsigned char i18n_js[] = {
#embed "../WebUI/client/i18n.js"
};
static const unsigned char icon_svg[] = {
#embed "../WebUI/client/icon.svg"
};
static const unsigned char links_js[] = {
#embed "../WebUI/client/links.js"
};
static const unsigned char logins_js[] = {
#embed "../WebUI/client/logins.js"
};
static const unsigned char md5_worker_js[] = {
#embed "../WebUI/client/md5-worker.js"
};
static const unsigned char md5_js[] = {
#embed "../WebUI/client/md5.js"
};
static const unsigned char menu_js[] = {
#embed "../WebUI/client/menu.js"
};
static const unsigned char pictures_js[] = {
#embed "../WebUI/client/pictures.js"
};
static const unsigned char preview_js[] = {
#embed "../WebUI/client/preview.js"
};
static const unsigned char ranking_js[] = {
#embed "../WebUI/client/ranking.js"
};
static const unsigned char session_js[] = {
#embed "../WebUI/client/session.js"
};
static const unsigned char shares_js[] = {
#embed "../WebUI/client/shares.js"
};
static const unsigned char toast_js[] = {
#embed "../WebUI/client/toast.js"
};
static const unsigned char upload_panel_js[] = {
#embed "../WebUI/client/upload-panel.js"
};
static const unsigned char uploads_js[] = {
#embed "../WebUI/client/uploads.js"
};
static const unsigned char zh_js[] = {
#embed "../WebUI/client/zh.js"
};

#define FILE(name, bytes) {name, bytes, sizeof bytes}

static const struct picbed_asset client_files[] = {
  FILE("index.html", index_html),
  FILE("account.js", account_js),
  FILE("api.js", api_js),
  FILE("app.css", app_css),
  FILE("app.js", app_js),
  FILE("boot.js", boot_js),
  FILE("dialog.js", dialog_js),
  FILE("dom.js", dom_js),
  FILE("drop.js", drop_js),
  FILE("en.js", en_js),
  FILE("file-actions.js", file_actions_js),
  FILE("file-card.js", file_card_js),
  FILE("files.js", files_js),
  FILE("format.js", format_js),
  FILE("gallery.js", gallery_js),
  FILE("i18n.js", i18n_js),
  FILE("icon.svg", icon_svg),
  FILE("links.js", links_js),
  FILE("logins.js", logins_js),
  FILE("md5-worker.js", md5_worker_js),
  FILE("md5.js", md5_js),
  FILE("menu.js", menu_js),
  FILE("pictures.js", pictures_js),
  FILE("preview.js", preview_js),
  FILE("ranking.js", ranking_js),
  FILE("session.js", session_js),
  FILE("shares.js", shares_js),
  FILE("toast.js", toast_js),
  FILE("upload-panel.js", upload_panel_js),
  FILE("uploads.js", uploads_js),
  FILE("zh.js", zh_js),
};

const size_t picbed_client_file_count = sizeof client_files / sizeof client_files[0];

const struct picbed_asset *picbed_client_file_at(size_t index) {
  return &client_files[index];
}
