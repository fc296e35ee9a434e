second-factor-page = 输入验证码
second-factor-title = 输入您的验证码
second-factor-text = 打开您的身份验证器应用，输入它为 { $host } 显示的验证码。
second-factor-recovery-text = 输入您保存的一个恢复码。每个只能使用一次。
second-factor-label = 验证码
second-factor-hint = 6 位数字。可以带空格或连字符。
second-factor-recovery-label = 恢复码
second-factor-recovery-hint = 12 位字母和数字。连字符和大小写不影响。
second-factor-remember = 在 30 天内信任此浏览器
second-factor-remember-hint = 请勿在共用电脑上选择。
second-factor-submit = 继续
second-factor-use-recovery = 使用恢复码
second-factor-use-app = 使用您的身份验证器应用
second-factor-other = 以其他人的身份登录
error-second-factor = 该验证码不正确或已被使用。请输入当前显示的验证码。
error-recovery-code = 该恢复码不正确或已被使用。
error-new-authenticator = 该验证码不正确。请检查设备的时间是否正确，然后输入当前显示的验证码。
authenticator-title = 身份验证器应用
authenticator-none = 手机上的应用会显示一个验证码，在输入密码后需要提供。即使有人知道了您的密码，也无法登录。
authenticator-since = 添加于 { $since }。
authenticator-used = 上次使用于 { $used }。
authenticator-on = 已启用
authenticator-add = 设置身份验证器应用
authenticator-replace = 更换
authenticator-replace-more = 身份验证器应用
authenticator-remove = 移除
authenticator-remove-more = 身份验证器应用
authenticator-scan-title = 添加到您的应用
authenticator-scan = 用身份验证器应用扫描图片，或在其中输入密钥。然后输入应用显示的验证码。
authenticator-keep = 在此之前，您现有的应用仍然有效。
authenticator-picture = 包含下方密钥的 QR 码
authenticator-key = 密钥
authenticator-confirm = 确认验证码
authenticator-cancel = 取消
authenticator-done-confirmed = 您的身份验证器应用已设置。
authenticator-done-removed = 您的身份验证器应用已移除。现在只用密码即可登录。
recovery-codes-title = 恢复码
recovery-codes-text = 如果您丢失了身份验证器应用，可以用其中一个恢复码登录。每个只能使用一次。
recovery-codes-left = 还剩 { $left } 个恢复码。
recovery-codes-few = { $left ->
    [0] 已没有恢复码。请立即生成新的。
   *[other] 只剩 { $left } 个恢复码。请尽快生成新的。
  }
recovery-codes-new = 生成新的恢复码
recovery-codes-new-text = 您现有的所有恢复码都将失效。
recovery-codes-shown = 这些恢复码只显示这一次。请妥善保存在没有手机也能找到的地方。
recovery-codes-of = { $host } 的恢复码
recovery-codes-copy = 复制
recovery-codes-copied = 已复制。
recovery-codes-print = 打印
recovery-codes-download = 下载
enrolment-page = 添加第二重验证
enrolment-title = 用第二种方式证明身份
enrolment-app = 此应用
enrolment-text = { $app } 要求再次证明是您本人。请创建通行密钥或设置身份验证器应用；今后它将保护您的账号。
enrolment-text-authenticator = { $app } 要求再次证明是您本人。请设置身份验证器应用；今后它将保护您的账号。
enrolment-text-passkey = { $app } 要求比您此次登录更强的验证。请使用您的通行密钥，或设置身份验证器应用。
enrolment-passkey-use = 使用您的通行密钥
enrolment-passkey-script = 通行密钥需要 JavaScript。身份验证器应用不需要。
enrolment-insists = 否则 { $app } 不会让您进入。
enrolment-cancel = 取消并返回 { $app }
enrolment-later = 您可以稍后在账号的“安全”中进行设置。
enrolment-without = 不设置，继续
enrolment-back = 选择其他方式
enrolment-codes-title = 请保存您的恢复码
enrolment-go-on = 我已保存，继续
trusted-title = 受信任的浏览器
trusted-text = 在这些浏览器中，只用密码即可登录。30 天后、设置新密码或更换身份验证器应用时，信任将终止。
trusted-facts = 始于 { $since } · 上次使用 { $used } · 截至 { $until }
trusted-forget = 停止信任
trusted-forget-all = 全部停止信任
trusted-done = 该浏览器已不再受信任。
mail-second-factor-not-you = 如果不是您本人操作，请前往 { $host }，选择“忘记密码？”，设置新密码，并检查账号的“安全”。
mail-authenticator-added-subject = { $host } 添加了身份验证器应用
mail-authenticator-added-title = 已添加身份验证器应用
mail-authenticator-added-text = 今后登录您在 { $host } 的账号时，需要提供身份验证器应用的验证码。
mail-authenticator-replaced-subject = 您在 { $host } 的身份验证器应用已更换
mail-authenticator-replaced-title = 您的身份验证器应用已更换
mail-authenticator-replaced-text = 现在登录您在 { $host } 的账号时，需要提供另一个身份验证器应用的验证码。之前的已失效。
mail-authenticator-removed-subject = 您在 { $host } 的身份验证器应用已移除
mail-authenticator-removed-title = 您的身份验证器应用已移除
mail-authenticator-removed-text = 登录您在 { $host } 的账号时不再需要验证码。您的恢复码也已失效。
mail-trusted-subject = { $host } 现在信任一个浏览器
mail-trusted-title = 现在信任一个浏览器
mail-trusted-text = 在以下浏览器中，30 天内只用密码即可登录您在 { $host } 的账号：{ $browser }。在那里不会要求身份验证器应用的验证码。
mail-recovery-made-subject = { $host } 生成了新的恢复码
mail-recovery-made-title = 已生成新的恢复码
mail-recovery-made-text = 您在 { $host } 的账号已生成新的恢复码。旧的已失效。
mail-recovery-used-subject = { $host } 使用了一个恢复码
mail-recovery-used-title = 已使用一个恢复码
mail-recovery-used-text = 有人（可能是您本人）用恢复码登录了您在 { $host } 的账号。{ $left ->
    [0] 已没有恢复码：请在账号的“安全”中生成新的。
    [1] 还剩 1 个恢复码：请在账号的“安全”中生成新的。
    [2] 还剩 2 个恢复码：请在账号的“安全”中生成新的。
    [3] 还剩 3 个恢复码：请在账号的“安全”中生成新的。
   *[other] 还剩 { $left } 个恢复码。
  }
