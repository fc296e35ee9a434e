password-section-title = كلمة المرور
password-section-none = ليس لحسابك كلمة مرور. تسجّل الدخول بمفتاح مرور أو برمز من البريد.
password-section-since = عُيّنت في { $since }.
password-section-ends = تعيين كلمة مرور جديدة يسجّل خروج متصفحاتك وتطبيقاتك الأخرى. تبقى مسجّل الدخول هنا.
password-section-short = هي أقصر من أن تُستخدم بدون تطبيق المصادقة.
password-section-change = تغيير كلمة المرور
password-section-set = تعيين كلمة مرور
password-section-save = حفظ كلمة المرور الجديدة
password-section-save-first = حفظ كلمة المرور
password-section-prove = أكّد أولًا أنك أنت.
password-section-remove = إزالة كلمة المرور
password-section-remove-text = بعد ذلك تسجّل الدخول بمفتاح مرور أو برمز من البريد.
password-done-set = تم حفظ كلمة المرور الجديدة. تم تسجيل خروج متصفحاتك وتطبيقاتك الأخرى.
password-done-removed = تمت إزالة كلمة المرور.
error-password-last = هذه طريقتك الوحيدة لتسجيل الدخول. أنشئ مفتاح مرور أولًا.
error-password-needs-factor = كلمة مرورك أقصر من أن تُستخدم وحدها. اختر واحدة لا يقل عدد أحرفها عن { $min } ثم أزل التطبيق.
new-password-hint-kinds = عدد الأحرف { $min } على الأقل: أحرف صغيرة وأحرف كبيرة وأرقام ورموز أخرى.
new-password-hint-some-kinds = عدد الأحرف { $min } على الأقل، و{ $kinds } من هذه الأنواع: أحرف صغيرة، أحرف كبيرة، أرقام، رموز أخرى.
new-password-hint-history = { $history ->
    [zero] ليست من كلمات المرور السابقة ({ $history }).
    [one] ليست آخر كلمة مرور لك.
    [two] ليست من آخر كلمتَي مرور لك.
    [few] ليست من آخر { $history } كلمات مرور لك.
    [many] ليست من آخر { $history } كلمة مرور لك.
   *[other] ليست من آخر { $history } كلمة مرور لك.
  }
new-password-hint-age = تصلح لمدة { $days ->
    [zero] { $days } يوم
    [one] يوم واحد
    [two] يومين
    [few] { $days } أيام
    [many] { $days } يومًا
   *[other] { $days } يوم
  }.
strength-short = قصيرة جدًا. { $left ->
    [zero] لا ينقصها أي حرف.
    [one] ينقصها حرف واحد.
    [two] ينقصها حرفان.
    [few] ينقصها { $left } أحرف.
    [many] ينقصها { $left } حرفًا.
   *[other] ينقصها { $left } حرف.
 }
strength-refused = ضعيفة. { $why }
strength-good = جيدة. كلمة أخرى لا صلة لها تجعلها ممتازة.
strength-excellent = ممتازة. من الصعب جدًا تخمينها.
mail-no-password-subject = أُزيلت كلمة مرور حسابك في { $host }
mail-no-password-preview = إذا لم تكن أنت فتحقق من حسابك الآن.
mail-no-password-title = أُزيلت كلمة المرور
mail-no-password-text = لم تعد لحسابك في { $host } كلمة مرور؛ تسجّل الدخول بمفتاح مرور أو برمز من البريد. تم تسجيل خروج المتصفحات والتطبيقات التي كانت مسجّلة الدخول، باستثناء المكان الذي جرى فيه التغيير.
